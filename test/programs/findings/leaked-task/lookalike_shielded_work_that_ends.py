import asyncio


async def save(number):
    await asyncio.sleep(0.3)
    return number


async def main():
    for number in range(3):
        try:
            await asyncio.wait_for(asyncio.shield(save(number)), 0.02)
        except asyncio.TimeoutError:
            print("goes on by itself:", number)
    await asyncio.sleep(0.5)


asyncio.run(main())
