# hangs
import asyncio


async def main():
    tasks = {}

    async def left():
        await asyncio.sleep(0.01)
        await tasks["right"]  # here

    async def right():
        await asyncio.sleep(0.01)
        await tasks["left"]  # here

    tasks["left"] = asyncio.create_task(left(), name="left")
    tasks["right"] = asyncio.create_task(right(), name="right")
    await asyncio.wait(list(tasks.values()))


asyncio.run(main())
