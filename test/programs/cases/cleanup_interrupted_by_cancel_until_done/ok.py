import asyncio


class Upload:
    def __init__(self, name):
        self.name = name
        self.parts = []
        self.task = None

    async def run(self):
        try:
            while True:
                await asyncio.sleep(0.01)
                self.parts.append(len(self.parts))
        except asyncio.CancelledError:
            await self.abort()
            raise

    async def abort(self):
        for part in self.parts:
            await asyncio.sleep(0.03)
        self.parts.clear()

    async def stop(self):
        self.task.cancel()
        await asyncio.wait([self.task])


async def main():
    upload = Upload("film")
    upload.task = asyncio.create_task(upload.run(), name="upload")
    await asyncio.sleep(0.06)
    await upload.stop()
    print("parts left behind:", len(upload.parts))


asyncio.run(main())
