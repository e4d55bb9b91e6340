import asyncio


async def scrape(jobs):
    try:
        for number in range(6):
            await jobs.put(number)
    finally:
        await jobs.put(None)


async def stream(jobs):
    while True:
        job = await jobs.get()
        if job is None:
            return
        yield job


async def main():
    jobs = asyncio.Queue(maxsize=2)
    scraper = asyncio.create_task(scrape(jobs), name="scraper")
    async for job in stream(jobs):
        await asyncio.sleep(0.01)
        print("job", job)
    await scraper


asyncio.run(main())
