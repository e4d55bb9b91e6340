# hangs
import asyncio


async def transfer(first, second):
    async with first:
        await asyncio.sleep(0.01)
        async with second:  # here
            pass


async def main():
    a, b = asyncio.Lock(), asyncio.Lock()
    await asyncio.gather(transfer(a, b), transfer(b, a))


asyncio.run(main())
