import asyncio
import time


def flush(path):
    time.sleep(0.02)


async def capture(path):
    loop = asyncio.get_running_loop()
    try:
        while True:
            await asyncio.sleep(0.02)
    except asyncio.CancelledError:
        await loop.run_in_executor(None, flush, path)
        raise


async def main():
    capturing = asyncio.create_task(capture("take-1"), name="capture")
    await asyncio.sleep(0.1)
    capturing.cancel()
    await asyncio.gather(capturing, return_exceptions=True)
    print("stopped")


asyncio.run(main())
