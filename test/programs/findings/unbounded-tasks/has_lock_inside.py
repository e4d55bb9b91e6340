import asyncio


async def store(lock):
    async with lock:
        await asyncio.sleep(0.005)


async def receive(lock, tasks):
    for _ in range(300):
        await asyncio.sleep(0.0005)
        tasks.append(asyncio.ensure_future(store(lock)))  # here


async def main():
    tasks = []
    await receive(asyncio.Lock(), tasks)
    await asyncio.wait(tasks)


asyncio.run(main())
