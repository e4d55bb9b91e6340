import asyncio


class Bus:
    def __init__(self):
        self.lock = asyncio.Lock()
        self.latency = {"inverter": 0.005}
        self.reads = 0

    async def exchange(self, device, register):
        async with self.lock:
            await asyncio.sleep(self.latency.get(device, 0.003))
            self.reads += 1
            return f"{device}/{register}"


class Coordinator:
    def __init__(self, bus, device, period, rounds):
        self.bus = bus
        self.device = device
        self.period = period
        self.rounds = rounds
        self.values = []

    async def run(self):
        for register in range(self.rounds):
            self.values.append(await self.bus.exchange(self.device, register))
            await asyncio.sleep(self.period)


async def main():
    bus = Bus()
    plan = (("meter", 0.03, 20), ("pump", 0.05, 14), ("valve", 0.04, 16), ("inverter", 0.2, 2))
    await asyncio.gather(
        *(
            asyncio.create_task(Coordinator(bus, device, period, rounds).run(), name=f"poll-{device}")
            for device, period, rounds in plan
        )
    )
    print(bus.reads, "reads")


asyncio.run(main())
