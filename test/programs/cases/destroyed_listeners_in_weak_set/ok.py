import asyncio
import gc


class Accessory:
    def __init__(self):
        self.listeners = set()

    async def _listen(self, name):
        changed = asyncio.get_running_loop().create_future()
        return name, await changed

    def subscribe(self, name):
        task = asyncio.get_running_loop().create_task(self._listen(name), name=f"listen-{name}")
        self.listeners.add(task)

    def close(self):
        for task in list(self.listeners):
            task.cancel()


async def main():
    accessory = Accessory()
    accessory.subscribe("temperature")
    accessory.subscribe("humidity")
    await asyncio.sleep(0.05)
    gc.collect()
    await asyncio.sleep(0.05)
    print("listeners", len(accessory.listeners))
    accessory.close()


asyncio.run(main())
