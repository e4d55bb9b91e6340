import asyncio


async def probe(host):
    for _ in range(10):
        await asyncio.sleep(0.05)
    print(host, "answered too late")


async def check(host):
    attempt = asyncio.ensure_future(probe(host))
    done, pending = await asyncio.wait({attempt}, timeout=0.05)
    for attempt in pending:
        attempt.cancel()
    return bool(done)


async def main():
    for host in ("a", "b", "c"):
        print(host, await check(host))
    await asyncio.sleep(0.2)


asyncio.run(main())
