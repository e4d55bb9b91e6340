import asyncio


class Check:
    def __init__(self, name, seconds):
        self.name = name
        self.seconds = seconds

    async def run(self):
        await asyncio.sleep(self.seconds)
        return f"{self.name} passed"


class Runner:
    """Runs checks side by side; each may take check_timeout seconds."""

    def __init__(self, max_running, check_timeout):
        self.max_running = max_running
        self.check_timeout = check_timeout
        self.started = {}
        self.results = []
        self.rounds = 0

    def _start(self, check):
        task = asyncio.create_task(check.run(), name=f"check-{check.name}")
        self.started[task] = asyncio.get_running_loop().time()

    def _expire(self, now):
        for task, since in self.started.items():
            if now - since > self.check_timeout:
                task.cancel()

    async def run(self, checks):
        loop = asyncio.get_running_loop()
        waiting = list(checks)
        while waiting or self.started:
            self.rounds += 1
            while waiting and len(self.started) < self.max_running:
                self._start(waiting.pop(0))
            elapsed = loop.time() - min(self.started.values())
            done, _ = await asyncio.wait(
                self.started,
                timeout=elapsed - self.check_timeout,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for task in done:
                del self.started[task]
                self.results.append("timed out" if task.cancelled() else task.result())
            self._expire(loop.time())
        return self.results


async def main():
    runner = Runner(max_running=3, check_timeout=0.5)
    seconds = [0.3, 0.25, 5, 0.2, 0.3, 0.25]
    checks = [Check(f"no{n}", s) for n, s in enumerate(seconds)]
    scheduler = asyncio.create_task(runner.run(checks), name="check-scheduler")
    for result in await scheduler:
        print(result)
    print("rounds:", runner.rounds)


asyncio.run(main())
