import asyncio


async def run_job(number):
    await asyncio.sleep(0.4 if number == 7 else 0.01)
    return number


async def worker(jobs, results):
    while True:
        number = await jobs.get()
        try:
            results.append(await asyncio.wait_for(run_job(number), 0.1))
        except asyncio.TimeoutError:
            results.append(None)
        jobs.task_done()


async def statistics(jobs, results):
    while True:
        await asyncio.sleep(0.2)
        print(jobs.qsize(), len(results))


async def drain(jobs):
    await jobs.join()


async def main():
    jobs, results = asyncio.Queue(), []
    for number in range(20):
        jobs.put_nowait(number)
    workers = [asyncio.create_task(worker(jobs, results), name="worker-%d" % n) for n in range(3)]
    watcher = asyncio.create_task(statistics(jobs, results), name="statistics")
    await drain(jobs)
    for task in [*workers, watcher]:
        task.cancel()
    await asyncio.gather(*workers, watcher, return_exceptions=True)
    print("done", len(results))


asyncio.run(main())
