import asyncio


async def ask(delay):
    await asyncio.sleep(delay)


async def fastest():
    tasks = [asyncio.create_task(ask(delay)) for delay in (0.05, 0.3, 0.4)]
    done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    await asyncio.wait(rest)


async def main():
    await asyncio.create_task(fastest())
    await asyncio.sleep(0.5)


asyncio.run(main())
