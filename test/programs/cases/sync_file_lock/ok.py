import asyncio
import fcntl
import tempfile
import threading
import time

PATH = tempfile.NamedTemporaryFile().name


def exporter(started):
    with open(PATH, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        started.set()
        time.sleep(0.5)


def acquire(file):
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False


async def write():
    with open(PATH, "w") as file:
        while not acquire(file):
            await asyncio.sleep(0.02)
        file.write("x")


async def ticker():
    while True:
        await asyncio.sleep(0.01)


async def main():
    ticking = asyncio.create_task(ticker(), name="ticker")
    started = threading.Event()
    threading.Thread(target=exporter, args=(started,)).start()
    while not started.is_set():
        await asyncio.sleep(0.01)
    await write()
    ticking.cancel()
    print("written")


asyncio.run(main())
