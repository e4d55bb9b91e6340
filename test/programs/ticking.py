"""A program that goes on until a file appears: `ticking.py PATH`. One task after the other, 20 ms apart."""

import asyncio
import os
import sys


async def tick() -> None:
    await asyncio.sleep(0.01)


async def main(stop: str) -> None:
    number = 0
    while not os.path.exists(stop):
        number += 1
        await asyncio.create_task(tick(), name=f"tick-{number}")
        await asyncio.sleep(0.02)


asyncio.run(main(sys.argv[1]))
