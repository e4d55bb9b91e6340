import asyncio
import time


def score(item):
    until = time.perf_counter() + 0.001
    while time.perf_counter() < until:
        pass
    return item


async def rank(item, gate):
    await gate.wait()
    for _ in range(4):
        score(item)
        await asyncio.sleep(0)


async def keepalive(delays):
    loop = asyncio.get_running_loop()
    while True:
        before = loop.time()
        await asyncio.sleep(0.02)
        delays.append(loop.time() - before)


async def main():
    delays = []
    gate = asyncio.Event()
    alive = asyncio.create_task(keepalive(delays), name="keepalive")
    crowd = [asyncio.create_task(rank(n, gate)) for n in range(150)]
    await asyncio.sleep(0.05)
    gate.set()
    await asyncio.gather(*crowd)
    alive.cancel()
    print(round(max(delays), 2))


asyncio.run(main())
