import asyncio
import time


def render(number):
    time.sleep(0.04)
    return number


async def thumbnail(number):
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(None, render, number)


async def gallery(count):
    images = []
    for number in range(count):
        images.append(await thumbnail(number))
    return images


async def main():
    print(await asyncio.create_task(gallery(6), name="gallery"))


asyncio.run(main())
