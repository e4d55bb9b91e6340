import asyncio
import time
from concurrent.futures import ThreadPoolExecutor


def simulate(case):
    time.sleep(0.3)
    return case * 2


class RunModel:
    def __init__(self):
        self.events = []

    async def evaluate(self, cases):
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor() as executor:
            futures = [loop.run_in_executor(executor, simulate, case) for case in cases]
        return await asyncio.gather(*futures)


async def monitor(model):
    while True:
        await asyncio.sleep(0.03)
        model.events.append("tick")


async def main():
    model = RunModel()
    monitoring = asyncio.create_task(monitor(model), name="monitor")
    await asyncio.sleep(0.1)
    print(await asyncio.create_task(model.evaluate([1, 2, 3]), name="evaluate"))
    monitoring.cancel()
    print(len(model.events), "events")


asyncio.run(main())
