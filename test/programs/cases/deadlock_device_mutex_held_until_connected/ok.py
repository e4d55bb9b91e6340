import asyncio


class Link:
    """The cable to the controller: it drops once, 0.2 s after the first connect."""

    def __init__(self):
        self.lost = asyncio.Event()
        self._connects = 0

    async def open(self):
        await asyncio.sleep(0.02)
        self._connects += 1
        if self._connects == 1:
            asyncio.get_running_loop().call_later(0.2, self.lost.set)

    async def transfer(self, register):
        await asyncio.sleep(0.01)
        return 20 + register


class ManagedDevice:
    def __init__(self, link):
        self._link = link
        self._mutex = asyncio.Lock()
        self._connected = asyncio.Event()

    async def _connect(self):
        async with self._mutex:
            await self._link.open()
            self._connected.set()
        print("connected", flush=True)

    async def supervise(self):
        while True:
            await self._connect()
            await self._link.lost.wait()
            self._link.lost.clear()
            self._connected.clear()
            print("link lost", flush=True)
            await asyncio.sleep(0.08)

    async def read(self, register):
        while True:
            await self._connected.wait()
            async with self._mutex:
                if self._connected.is_set():
                    return await self._link.transfer(register)


class Recorder:
    def __init__(self, device):
        self._device = device
        self.rows = []

    async def poll(self, register, pause, count):
        for _ in range(count):
            self.rows.append((register, await self._device.read(register)))
            await asyncio.sleep(pause)


async def publish_rows(recorder):
    while True:
        await asyncio.sleep(0.15)
        print("rows:", len(recorder.rows), flush=True)


async def main():
    device = ManagedDevice(Link())
    recorder = Recorder(device)
    supervisor = asyncio.create_task(device.supervise(), name="device-supervisor")
    uplink = asyncio.create_task(publish_rows(recorder), name="uplink")
    await asyncio.sleep(0.01)
    fast = asyncio.create_task(recorder.poll(1, 0.03, 15), name="poll-temperature")
    slow = asyncio.create_task(recorder.poll(7, 0.4, 2), name="poll-energy")
    await asyncio.gather(fast, slow)
    print("recorded", len(recorder.rows), "rows")
    supervisor.cancel()
    uplink.cancel()


asyncio.run(main())
