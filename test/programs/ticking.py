"""A program that goes on until a file appears: `ticking.py PATH`. One task after the other, 20 ms apart.

It blocks its loop once for each file PATH.block that appears.
"""

import asyncio
import os
import sys
import time


async def tick() -> None:
    await asyncio.sleep(0.01)


def block() -> None:
    time.sleep(0.5)


async def main(stop: str) -> None:
    number = 0
    while not os.path.exists(stop):
        if os.path.exists(f"{stop}.block"):
            os.remove(f"{stop}.block")
            block()
        number += 1
        await asyncio.create_task(tick(), name=f"tick-{number}")
        await asyncio.sleep(0.02)


asyncio.run(main(sys.argv[1]))
