import asyncio


async def main():
    for _ in range(8):
        await asyncio.sleep(0.05)


asyncio.run(main())
