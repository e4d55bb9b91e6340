"""Two tasks take two locks in opposite orders and wait for each other for ever."""

import asyncio


async def transfer(first: asyncio.Lock, second: asyncio.Lock) -> None:
    async with first:
        await asyncio.sleep(0.01)
        async with second:
            print("never printed")


async def main() -> None:
    create = asyncio.get_event_loop().create_task
    a, b = asyncio.Lock(), asyncio.Lock()
    tasks = [create(transfer(a, b), name="worker-1"), create(transfer(b, a), name="worker-2")]
    await asyncio.gather(*tasks)


asyncio.run(main())
