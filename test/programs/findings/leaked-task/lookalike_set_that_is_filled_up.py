import asyncio


async def fetch(seconds):
    await asyncio.sleep(seconds)


async def main():
    """At most three at once; what is left of them in the end ends by itself."""
    running = set()
    for turn in range(12):
        if len(running) >= 3:
            _, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        running.add(asyncio.create_task(fetch(0.4 if turn >= 9 else 0.02 + 0.01 * turn)))
    await asyncio.sleep(0.8)


asyncio.run(main())
