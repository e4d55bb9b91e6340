import asyncio


class Pool:
    def __init__(self):
        self.connections = ["a", "b", "c"]

    async def close(self):
        while self.connections:
            await asyncio.sleep(0.04)
            self.connections.pop()


async def serve(pool):
    try:
        await asyncio.sleep(10)
    finally:
        await pool.close()


async def main():
    pool = Pool()
    serving = asyncio.create_task(serve(pool), name="server")
    await asyncio.sleep(0.02)
    serving.cancel()
    await asyncio.wait({serving}, timeout=1)
    if not serving.done():
        serving.cancel()
    await asyncio.wait({serving})
    print("open", len(pool.connections))


asyncio.run(main())
