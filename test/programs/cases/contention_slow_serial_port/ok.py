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
        for _ in range(4):
            try:
                async with self.lock:
                    return await asyncio.wait_for(self.transact(device), 0.02)
            except (TimeoutError, asyncio.TimeoutError):
                await asyncio.sleep(0.02)


async def poll(bus, device, rounds):
    for _ in range(rounds):
        await bus.request(device)
        await asyncio.sleep(0.01)


async def main():
    bus = Bus()
    await asyncio.gather(poll(bus, "dead", 1), *(poll(bus, f"meter-{n}", 10) for n in range(3)))
    print("polled")


asyncio.run(main())
