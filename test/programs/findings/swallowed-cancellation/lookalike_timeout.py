import asyncio


async def main():
    for _ in range(3):
        try:
            await asyncio.wait_for(asyncio.sleep(10), 0.03)
        except asyncio.TimeoutError:
            await asyncio.sleep(0.3)


asyncio.run(main())
