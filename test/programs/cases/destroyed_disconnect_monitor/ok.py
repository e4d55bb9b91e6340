import asyncio
import gc


class Client:
    def __init__(self, address):
        self.address = address
        self._disconnected = asyncio.Event()
        self._monitor = None
        self.notified = False

    async def connect(self):
        await asyncio.sleep(0.01)
        self._monitor = asyncio.ensure_future(self._disconnect_monitor())

    async def _disconnect_monitor(self):
        await self._disconnected.wait()
        self.notified = True

    async def read(self):
        await asyncio.sleep(0.01)
        return len(self.address)


async def scan(addresses):
    total = 0
    for address in addresses:
        client = Client(address)
        await client.connect()
        total += await client.read()
        client._disconnected.set()
        await client._monitor
    return total


async def main():
    print(await scan(["AA:BB", "CC:DD", "EE:FF"]))
    gc.collect()
    await asyncio.sleep(0.05)


asyncio.run(main())
