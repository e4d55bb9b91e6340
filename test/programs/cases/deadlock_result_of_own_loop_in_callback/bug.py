import asyncio


class Device:
    def __init__(self):
        self.loop = asyncio.get_running_loop()

    async def read(self):
        await asyncio.sleep(0.01)
        return 21

    @property
    def temperature(self):
        return asyncio.run_coroutine_threadsafe(self.read(), self.loop).result()

    async def temperature_async(self):
        return await self.read()


async def main():
    device = Device()
    await asyncio.sleep(0.01)
    print(device.temperature)


asyncio.run(main())
