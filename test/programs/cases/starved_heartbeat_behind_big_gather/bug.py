import asyncio
import time

PAGES = 200


def parse(page):
    until = time.perf_counter() + 0.002
    total = 0
    while time.perf_counter() < until:
        total += page
    return total


async def load(gate, page):
    await gate.wait()
    return parse(page)


async def load_all(gate):
    await asyncio.gather(*(load(gate, page) for page in range(PAGES)))


async def heartbeat(worst):
    loop = asyncio.get_running_loop()
    for _ in range(30):
        due = loop.time() + 0.02
        await asyncio.sleep(0.02)
        worst.append(loop.time() - due)


async def main():
    gate = asyncio.Event()
    worst = []
    beating = asyncio.create_task(heartbeat(worst), name="heartbeat")
    loading = asyncio.create_task(load_all(gate), name="load-all")
    await asyncio.sleep(0.1)
    gate.set()
    await loading
    await beating
    print("late", max(worst) > 0.05)


asyncio.run(main())
