import asyncio
import sys


async def convert(path):
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", "import time; time.sleep(0.4)", path)
    status = await child.wait()
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
