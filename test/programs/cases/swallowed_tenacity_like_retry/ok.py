import asyncio


def retry_if_not(kind):
    return lambda error: not isinstance(error, kind)


class Retrying:
    def __init__(self, should_retry, attempts, wait):
        self.should_retry = should_retry
        self.attempts = attempts
        self.wait = wait

    async def __call__(self, fn, *args):
        for attempt in range(self.attempts):
            try:
                return await fn(*args)
            except Exception as error:
                if attempt + 1 == self.attempts or not self.should_retry(error):
                    raise
            await asyncio.sleep(self.wait)


class Exporter:
    def __init__(self):
        self.attempts = 0
        self.retrying = Retrying(retry_if_not(ValueError), attempts=8, wait=0.1)

    async def _post(self):
        self.attempts += 1
        await asyncio.sleep(0.3)
        raise ConnectionResetError("collector away")

    async def export(self):
        await self.retrying(self._post)


async def main():
    exporter = Exporter()
    task = asyncio.create_task(exporter.export(), name="exporter")
    await asyncio.sleep(0.15)
    task.cancel()
    await asyncio.wait([task], timeout=1.5)
    print("ended:", task.done(), "attempts:", exporter.attempts)
    task.cancel()


asyncio.run(main())
