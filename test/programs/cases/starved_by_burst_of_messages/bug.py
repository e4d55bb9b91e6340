import asyncio
import time


def handle(item):
    end = time.perf_counter() + 0.004
    while time.perf_counter() < end:
        pass


async def consume(items):
    for item in range(items):
        handle(item)
        await asyncio.sleep(0)


async def keep_lease(late):
    loop = asyncio.get_running_loop()
    for _ in range(30):
        due = loop.time() + 0.03
        await asyncio.sleep(0.03)
        late.append(loop.time() - due)


async def main():
    late = []
    lease = asyncio.create_task(keep_lease(late), name="lease")
    await asyncio.sleep(0.05)
    await asyncio.gather(*(consume(12) for _ in range(30)))
    lease.cancel()
    print(max(late) > 0.05)


asyncio.run(main())
