import asyncio

MAX_BACKGROUND = 16


class Valkey:
    def __init__(self):
        self.latency = 0.002
        self.snapshots = {}

    async def set(self, key, value):
        await asyncio.sleep(self.latency)
        self.snapshots[key] = value


class RateLimitSnapshots:
    def __init__(self, valkey, timeout):
        self.valkey = valkey
        self.timeout = timeout
        self.background = set()
        self.peak = 0
        self.lost = 0

    async def _publish(self, provider, remaining):
        try:
            await asyncio.wait_for(self.valkey.set(provider, remaining), self.timeout)
        except asyncio.TimeoutError:
            self.lost += 1

    def publish(self, number, provider, remaining):
        if len(self.background) >= MAX_BACKGROUND:
            self.lost += 1
            return
        task = asyncio.create_task(self._publish(provider, remaining), name="publish-%d" % number)
        self.background.add(task)
        task.add_done_callback(self.background.discard)
        self.peak = max(self.peak, len(self.background))


class Passthrough:
    def __init__(self, snapshots):
        self.snapshots = snapshots
        self.served = 0

    async def forward(self, number):
        await asyncio.sleep(0.001)
        self.served += 1
        self.snapshots.publish(number, "provider-%d" % (number % 3), 1000 - number)

    async def serve(self, count):
        for number in range(count):
            await self.forward(number)
            await asyncio.sleep(0.001)


async def slow_down(valkey):
    await asyncio.sleep(0.15)
    valkey.latency = 5


async def main():
    valkey = Valkey()
    snapshots = RateLimitSnapshots(valkey, timeout=1.0)
    passthrough = Passthrough(snapshots)
    trouble = asyncio.create_task(slow_down(valkey), name="valkey-trouble")
    await asyncio.create_task(passthrough.serve(400), name="passthrough")
    await trouble
    await asyncio.gather(*snapshots.background)
    print("served %d, up to %d publishes in flight" % (passthrough.served, snapshots.peak))


asyncio.run(main())
