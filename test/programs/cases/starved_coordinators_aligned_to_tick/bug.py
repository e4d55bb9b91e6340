import asyncio


class Device:
    def __init__(self, number):
        self.number = number
        self.counters = {}

    def parse_state(self):
        total = self.number
        for n in range(30000):
            total = (total * 31 + n) % 65521
        self.counters["energy"] = total


class Coordinator:
    def __init__(self, device, interval):
        self.device = device
        self.interval = interval
        self.refreshes = 0

    def _next_refresh(self):
        now = asyncio.get_running_loop().time()
        return (int(now / self.interval) + 1) * self.interval

    async def run(self, refreshes):
        loop = asyncio.get_running_loop()
        for _ in range(refreshes):
            await asyncio.sleep(self._next_refresh() - loop.time())
            self.device.parse_state()
            self.refreshes += 1


async def keep_bluetooth_link(delays, interval):
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + interval
        await asyncio.sleep(interval)
        delays.append(loop.time() - due)


async def main():
    delays = []
    link = asyncio.create_task(keep_bluetooth_link(delays, 0.02), name="bluetooth-link")
    coordinators = [Coordinator(Device(n), 0.6) for n in range(120)]
    jobs = [
        asyncio.create_task(coordinator.run(3), name="coordinator-%d" % coordinator.device.number)
        for coordinator in coordinators
    ]
    for job in jobs:
        await job
    await asyncio.sleep(0.05)
    link.cancel()
    await asyncio.gather(link, return_exceptions=True)
    refreshes = sum(coordinator.refreshes for coordinator in coordinators)
    print("%d refreshes, latest link event: %d ms late" % (refreshes, max(delays) * 1000))


asyncio.run(main())
