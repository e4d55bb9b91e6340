import asyncio


class Pool:
    async def close(self):
        await asyncio.sleep(0.3)

    def terminate(self):
        print("terminated")


async def disconnect(pool):
    try:
        await asyncio.wait_for(pool.close(), 1)
    except (asyncio.TimeoutError, asyncio.CancelledError):
        pool.terminate()


async def server(rounds):
    while True:
        await asyncio.sleep(0.01)
        rounds.append(len(rounds))
        await disconnect(Pool())


async def main():
    rounds = []
    serving = asyncio.create_task(server(rounds), name="server")
    await asyncio.sleep(0.1)
    serving.cancel()
    await asyncio.wait({serving}, timeout=0.5)
    print("ended" if serving.done() else "still serving", len(rounds))
    serving.cancel()
    await asyncio.sleep(0.05)
    serving.cancel()


asyncio.run(main())
