import asyncio


async def is_alive():
    return False


async def main():
    for _ in range(2):
        if is_alive():  # here
            await asyncio.sleep(0.01)


asyncio.run(main())
