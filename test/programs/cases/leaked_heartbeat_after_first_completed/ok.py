import asyncio

beats = []


async def heartbeat(name):
    while True:
        await asyncio.sleep(0.02)
        beats.append(name)


async def activity(name):
    await asyncio.sleep(0.05)
    return name.upper()


async def run(name):
    work = asyncio.create_task(activity(name), name=name)
    beat = asyncio.create_task(heartbeat(name), name=f"heartbeat-{name}")
    await asyncio.wait({work, beat}, return_when=asyncio.FIRST_COMPLETED)
    beat.cancel()
    return work.result()


async def main():
    for name in ("copy", "scan", "send"):
        print(await run(name))
    await asyncio.sleep(0.2)
    print(len(beats), "heartbeats")


asyncio.run(main())
