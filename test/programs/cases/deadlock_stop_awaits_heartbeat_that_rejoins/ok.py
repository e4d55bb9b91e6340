import asyncio


class Coordinator:
    def __init__(self, on_lost):
        self.on_lost = on_lost
        self.generation = 1
        self.beats = 0
        self.task = None

    def start(self):
        self.task = asyncio.get_running_loop().create_task(self._heartbeat_routine(), name="heartbeat")

    async def _send_heartbeat(self):
        await asyncio.sleep(0.02)
        self.beats += 1
        return self.beats < 5

    async def _heartbeat_routine(self):
        while self.generation:
            if not await self._send_heartbeat():
                await self.on_lost()
                return
            await asyncio.sleep(0.02)

    async def close(self):
        self.generation = 0
        await asyncio.gather(self.task, return_exceptions=True)


class Consumer:
    def __init__(self):
        self.coordinator = Coordinator(self._on_lost)
        self.stopped = asyncio.Event()

    async def _on_lost(self):
        self.stopping = asyncio.create_task(self.stop())

    async def stop(self):
        await self.coordinator.close()
        self.stopped.set()

    async def run(self):
        self.coordinator.start()
        await self.stopped.wait()


async def main():
    consumer = Consumer()
    await consumer.run()
    print("stopped after", consumer.coordinator.beats, "beats")


asyncio.run(main())
