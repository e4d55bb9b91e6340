import asyncio


async def handle(event):
    await asyncio.sleep(0.01)
    return event["name"]  # here


async def main():
    asyncio.ensure_future(handle({}))
    await asyncio.sleep(0.05)


asyncio.run(main())
