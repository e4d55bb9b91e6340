import asyncio


async def beat():
    while True:
        await asyncio.sleep(0.02)


async def start():
    return asyncio.create_task(beat())


async def main():
    service = await asyncio.create_task(start())
    await asyncio.sleep(0.3)
    assert not service.done()


asyncio.run(main())
