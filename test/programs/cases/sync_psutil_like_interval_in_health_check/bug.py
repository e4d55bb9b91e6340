import asyncio
import os
import time


def cpu_percent(interval):
    before = os.times()
    time.sleep(interval)
    after = os.times()
    return 100 * (after.user - before.user) / interval


class HealthChecker:
    def __init__(self, loop, period):
        self.loop = loop
        self.period = period
        self.status = []
        self.handle = None

    def start(self):
        self.handle = self.loop.call_later(self.period, self._check)

    def _check(self):
        self.status.append({"cpu": cpu_percent(interval=0.25)})
        self.start()

    def stop(self):
        self.handle.cancel()


async def serve(answers):
    for number in range(15):
        await asyncio.sleep(0.04)
        answers.append(number)


async def main():
    checker = HealthChecker(asyncio.get_running_loop(), 0.1)
    checker.start()
    answers = []
    await asyncio.create_task(serve(answers), name="server")
    checker.stop()
    print(len(answers), len(checker.status))


asyncio.run(main())
