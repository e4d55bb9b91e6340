import asyncio


class Peer:
    async def goodbye(self):
        await asyncio.sleep(0.12)


async def serve_peers():
    peers = [Peer() for _ in range(6)]
    try:
        while True:
            await asyncio.sleep(0.02)
    finally:
        for peer in peers:
            await peer.goodbye()


async def feed():
    for _ in range(3):
        await asyncio.sleep(0.03)
    raise ConnectionError("feed is gone")


async def metrics():
    while True:
        await asyncio.sleep(0.01)


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(serve_peers(), name="peers")
            group.create_task(feed(), name="feed")
            group.create_task(metrics(), name="metrics")
    except Exception as errors:
        print(len(errors.exceptions))


asyncio.run(main())
