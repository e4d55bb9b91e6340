"""Two producers and three workers around a bounded queue."""

import asyncio
import random


async def produce(queue: "asyncio.Queue[int]", numbers: range, pace: random.Random) -> None:
    for number in numbers:
        await asyncio.sleep(pace.uniform(0, 0.004))
        await queue.put(number)


async def work(queue: "asyncio.Queue[int]", results: "list[int]", pace: random.Random) -> None:
    while True:
        number = await queue.get()
        await asyncio.sleep(pace.uniform(0.002, 0.01))
        results.append(number * number)
        queue.task_done()


async def main() -> None:
    pace = random.Random(1)
    queue: asyncio.Queue[int] = asyncio.Queue(maxsize=5)
    results: list[int] = []
    workers = [asyncio.create_task(work(queue, results, pace), name=f"worker-{n}") for n in range(3)]
    await asyncio.gather(produce(queue, range(0, 50), pace), produce(queue, range(50, 100), pace))
    await queue.join()
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    print(sum(results))


if __name__ == "__main__":
    asyncio.run(main())
