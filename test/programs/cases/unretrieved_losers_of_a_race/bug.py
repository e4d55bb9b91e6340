import asyncio


async def fetch(replica, seconds):
    await asyncio.sleep(seconds)
    if replica == "eu":
        raise OSError("connection reset")
    return replica


async def fastest():
    requests = [asyncio.ensure_future(fetch("us", 0.02)), asyncio.ensure_future(fetch("eu", 0.2))]
    done, _ = await asyncio.wait(requests, return_when=asyncio.FIRST_COMPLETED)
    return done.pop().result()


async def main():
    print(await fastest())
    await asyncio.sleep(0.3)


asyncio.run(main())
