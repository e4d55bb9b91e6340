import asyncio


async def child(number):
    while True:
        await asyncio.sleep(0.02)


async def supervise():
    while True:
        children = [asyncio.ensure_future(child(number)) for number in range(3)]
        try:
            await asyncio.gather(*children)
        except asyncio.CancelledError:
            for each in children:
                each.cancel()
            await asyncio.sleep(0.01)
            print("children stopped, starting them anew")


async def main():
    supervisor = asyncio.create_task(supervise(), name="supervisor")
    await asyncio.sleep(0.1)
    supervisor.cancel()
    await asyncio.wait({supervisor})
    print("stopped")


asyncio.run(main())
