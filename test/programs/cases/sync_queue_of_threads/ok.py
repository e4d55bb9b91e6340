import asyncio
import queue
import threading
import time


def device(readings):
    for number in range(4):
        time.sleep(0.25)
        readings.put(number)


async def read(readings):
    for _ in range(4):
        value = await asyncio.get_running_loop().run_in_executor(None, readings.get)
        print("reading", value)
        await asyncio.sleep(0)


async def watchdog():
    while True:
        await asyncio.sleep(0.02)


async def main():
    readings = queue.Queue()
    watching = asyncio.create_task(watchdog(), name="watchdog")
    threading.Thread(target=device, args=(readings,)).start()
    await asyncio.create_task(read(readings), name="reader")
    watching.cancel()


asyncio.run(main())
