import asyncio


async def watch(lock, begun):
    try:
        begun.set()
        await asyncio.Event().wait()
    finally:
        async with lock:
            print("given back")


async def stop(lock, watcher):
    async with lock:
        watcher.cancel()
    await asyncio.wait([watcher])


async def main():
    lock = asyncio.Lock()
    begun = asyncio.Event()
    watcher = asyncio.create_task(watch(lock, begun))
    await begun.wait()
    await stop(lock, watcher)


asyncio.run(main())
