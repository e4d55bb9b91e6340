import asyncio
import time


def work(milliseconds):
    end = time.perf_counter() + milliseconds / 1000
    while time.perf_counter() < end:
        pass


async def parse(pages):
    for _ in range(pages):
        work(3)
        await asyncio.sleep(0)


async def heartbeat(late):
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + 0.02
        await asyncio.sleep(0.02)
        late.append(loop.time() - due)


async def main():
    late = []
    beating = asyncio.create_task(heartbeat(late), name="heartbeat")
    await asyncio.sleep(0.05)
    for _ in range(60):
        await parse(2)
    beating.cancel()
    print("late by", round(max(late), 2))


asyncio.run(main())
