import asyncio


class Bus:
    def __init__(self):
        self.lock = asyncio.Lock()

    async def transact(self, device):
        await asyncio.sleep(0.1 if device == "dead" else 0.002)
        if device == "dead":
            raise TimeoutError(device)
        return device

    async def request(self, device):
        async with self.lock:
            for _ in range(4):
                try:
                    return await self.transact(device)
                except TimeoutError:
                    continue


async def poll(bus, device, rounds):
    for _ in range(rounds):
        await bus.request(device)
        await asyncio.sleep(0.01)


async def main():
    bus = Bus()
    await asyncio.gather(poll(bus, "dead", 1), *(poll(bus, f"meter-{n}", 10) for n in range(3)))
    print("polled")


asyncio.run(main())
