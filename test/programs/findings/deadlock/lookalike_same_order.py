import asyncio


async def transfer(first, second):
    async with first:
        await asyncio.sleep(0.01)
        async with second:
            await asyncio.sleep(0.01)


async def main():
    a, b = asyncio.Lock(), asyncio.Lock()
    await asyncio.gather(*(transfer(a, b) for _ in range(5)))


asyncio.run(main())
