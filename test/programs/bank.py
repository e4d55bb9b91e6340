"""Transfers that take two locks in opposite order, after slow audits. It ends itself, for it would hang."""

import asyncio
import os
import threading


async def transfer(first: asyncio.Lock, second: asyncio.Lock) -> None:
    async with first:
        await asyncio.sleep(0.01)
        async with second:
            pass


async def look() -> None:
    await asyncio.sleep(0.02)


async def audit() -> None:
    for _ in range(3):
        await look()


async def main() -> None:
    for _ in range(5):
        await asyncio.create_task(audit())
    threading.Timer(0.5, os._exit, [0]).start()
    savings, giro = asyncio.Lock(), asyncio.Lock()
    await asyncio.gather(
        asyncio.create_task(transfer(savings, giro), name="savings-to-giro"),
        asyncio.create_task(transfer(giro, savings), name="giro-to-savings"),
    )


if __name__ == "__main__":
    asyncio.run(main())
