import asyncio


async def handle(limit):
    try:
        await asyncio.sleep(0.004)
    finally:
        limit.release()


async def main():
    limit, tasks = asyncio.Semaphore(8), []
    for _ in range(300):
        await limit.acquire()
        tasks.append(asyncio.create_task(handle(limit)))
    await asyncio.gather(*tasks)


asyncio.run(main())
