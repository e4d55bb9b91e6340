import asyncio


async def source(name, seconds):
    await asyncio.sleep(seconds)
    return name


async def merge(tasks, rounds):
    results = {}
    while len(results) < len(tasks):
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        rounds.append(len(done))
        for task in done:
            results[task] = task.result()
    return results.values()


async def main():
    rounds = []
    tasks = [asyncio.ensure_future(source("fast", 0.01)), asyncio.ensure_future(source("slow", 0.4))]
    print(*await asyncio.create_task(merge(tasks, rounds), name="merge"), len(rounds) > 3)


asyncio.run(main())
