import asyncio


async def tick(changed: asyncio.Event) -> None:
    while True:
        await asyncio.sleep(0.6)
        changed.set()


async def watch(changed: asyncio.Event) -> None:
    while True:
        await changed.wait()
        changed.clear()
        print("changed")


async def main() -> None:
    changed = asyncio.Event()
    await asyncio.gather(tick(changed), watch(changed))


try:
    asyncio.run(asyncio.wait_for(main(), 2))
except TimeoutError:
    print("that is enough")
