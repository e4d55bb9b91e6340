"""Work for the recorder: `busy.py ROUNDS`. A round is 20 tasks with a queue, a lock and a timer, about 1,600 events."""

import asyncio
import sys


async def request(number: int, queue: "asyncio.Queue[int]", lock: asyncio.Lock) -> None:
    for _ in range(8):
        await queue.put(number)
        async with lock:
            await asyncio.sleep(0)
        await queue.get()


async def main(rounds: int) -> None:
    for _ in range(rounds):
        queue: asyncio.Queue[int] = asyncio.Queue(10)
        lock = asyncio.Lock()
        await asyncio.gather(*[request(number, queue, lock) for number in range(20)])
        await asyncio.sleep(0.001)


asyncio.run(main(int(sys.argv[1])))
