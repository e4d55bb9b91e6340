"""A heartbeat, and a coroutine that blocks the loop for a quarter of a second in the middle of it."""

import asyncio
import time


async def heartbeat() -> None:
    for _ in range(20):
        await asyncio.sleep(0.05)


async def resize(name: str) -> str:
    time.sleep(0.25)
    return name


async def main() -> None:
    beat = asyncio.create_task(heartbeat(), name="heartbeat")
    await asyncio.sleep(0.3)
    await asyncio.create_task(resize("cat.png"), name="resize")
    await beat


if __name__ == "__main__":
    asyncio.run(main())
