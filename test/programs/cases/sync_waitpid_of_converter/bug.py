import asyncio
import os
import sys


async def convert(path):
    command = [sys.executable, "-c", "import time; time.sleep(0.4)", path]
    child = os.spawnv(os.P_NOWAIT, sys.executable, command)
    _, status = os.waitpid(child, 0)
    print("converted", path, status)


async def heartbeat():
    for _ in range(20):
        await asyncio.sleep(0.02)


async def main():
    beating = asyncio.create_task(heartbeat(), name="heartbeat")
    await asyncio.sleep(0.05)
    await convert("picture.png")
    await beating


asyncio.run(main())
