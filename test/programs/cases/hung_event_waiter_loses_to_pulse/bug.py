import asyncio


class Gate:
    def __init__(self):
        self._open = asyncio.Event()

    def pulse(self):
        self._open.set()
        self._open.clear()

    async def passed(self):
        while not self._open.is_set():
            await self._open.wait()


class Pump:
    def __init__(self, gate):
        self.gate = gate
        self.moved = 0

    async def run(self):
        await self.gate.passed()
        self.moved += 1


async def main():
    gate = Gate()
    pumps = [Pump(gate) for _ in range(3)]
    tasks = [asyncio.create_task(pump.run(), name=f"pump-{n}") for n, pump in enumerate(pumps)]
    await asyncio.sleep(0.1)
    gate.pulse()
    await asyncio.gather(*tasks)
    print([pump.moved for pump in pumps])


asyncio.run(main())
