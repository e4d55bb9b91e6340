# hangs
import asyncio


async def careless(lock):
    await lock.acquire()  # here
    await asyncio.sleep(0.01)


async def main():
    lock = asyncio.Lock()
    await asyncio.gather(careless(lock), careless(lock))


asyncio.run(main())
