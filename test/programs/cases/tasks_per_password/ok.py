import asyncio

limit = None


async def attempt(user):
    async with limit:
        await asyncio.sleep(0.004)


async def users():
    for number in range(300):
        if number % 10 == 0:
            await asyncio.sleep(0.001)
        yield number


async def main():
    global limit
    limit = asyncio.Semaphore(3)
    running = []
    async for user in users():
        running.append(asyncio.create_task(attempt(user)))
        if len(running) % 3 == 0:
            await asyncio.gather(*running[-3:])
    await asyncio.gather(*running)
    print("tried", len(running))


asyncio.run(main())
