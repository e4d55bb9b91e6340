# hangs
import asyncio


async def ready(event):
    await event.wait()  # here


async def main():
    await asyncio.create_task(ready(asyncio.Event()), name="ready")


asyncio.run(main())
