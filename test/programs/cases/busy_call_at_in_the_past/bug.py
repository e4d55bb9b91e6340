import asyncio


class PeriodicCallback:
    def __init__(self, callback, period):
        self.callback = callback
        self.period = period
        self.next_time = 0.0
        self.handle = None

    def start(self, offset=0.0):
        self.next_time = asyncio.get_running_loop().time() - offset
        self._schedule()

    def _schedule(self):
        self.next_time += self.period
        self.handle = asyncio.get_running_loop().call_at(self.next_time, self._run)

    def _run(self):
        self.callback()
        self._schedule()

    def stop(self):
        self.handle.cancel()


class Meter:
    def __init__(self):
        self.samples = 0

    def sample(self):
        self.samples += 1


async def main():
    meter = Meter()
    periodic = PeriodicCallback(meter.sample, 0.01)
    periodic.start(offset=3600.0)
    await asyncio.sleep(0.6)
    periodic.stop()
    print("samples:", meter.samples)


asyncio.run(main())
