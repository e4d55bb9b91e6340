"""Two tasks that take two locks in opposite order. It hangs: end it with Ctrl-C."""

import asyncio


async def transfer(first: asyncio.Lock, second: asyncio.Lock) -> None:
    async with first:
        await asyncio.sleep(0.01)
        async with second:
            pass


async def main() -> None:
    savings, giro = asyncio.Lock(), asyncio.Lock()
    await asyncio.gather(
        asyncio.create_task(transfer(savings, giro), name="savings-to-giro"),
        asyncio.create_task(transfer(giro, savings), name="giro-to-savings"),
    )


if __name__ == "__main__":
    asyncio.run(main())
