import asyncio


async def transfer(first, second):
    async with first:
        await asyncio.sleep(0.01)
        try:
            await asyncio.wait_for(second.acquire(), 0.05)
        except asyncio.TimeoutError:
            return
        second.release()


async def main():
    a, b = asyncio.Lock(), asyncio.Lock()
    await asyncio.gather(transfer(a, b), transfer(b, a))


asyncio.run(main())
