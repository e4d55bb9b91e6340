import asyncio


class Camera:
    def __init__(self):
        self.frames = asyncio.Queue()
        self.errors = 0

    async def produce(self):
        number = 0
        while True:
            await asyncio.sleep(0.03)
            number += 1
            self.frames.put_nowait(number)

    async def _receive(self):
        frame = await self.frames.get()
        if frame % 5 == 0:
            raise ValueError("corrupt frame")
        return frame

    async def events(self):
        while True:
            try:
                yield await self._receive()
            except ValueError:
                self.errors += 1


async def record(camera, tape):
    async for frame in camera.events():
        tape.append(frame)


async def main():
    camera = Camera()
    tape = []
    source = asyncio.create_task(camera.produce(), name="camera")
    recording = asyncio.create_task(record(camera, tape), name="recording")
    await asyncio.sleep(0.3)
    recording.cancel()
    await asyncio.sleep(0.4)
    print("recording still runs:", not recording.done(), len(tape))
    recording.cancel()
    source.cancel()


asyncio.run(main())
