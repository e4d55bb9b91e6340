import asyncio
import os
import sqlite3
import tempfile
import threading
import time

PATH = os.path.join(tempfile.mkdtemp(), "app.db")


def export(started):
    connection = sqlite3.connect(PATH)
    connection.execute("BEGIN IMMEDIATE")
    started.set()
    time.sleep(0.6)
    connection.commit()
    connection.close()


def save(value):
    connection = sqlite3.connect(PATH, timeout=5)
    connection.execute("INSERT INTO state VALUES (?)", (value,))
    connection.commit()
    connection.close()


async def handler(value):
    await asyncio.get_running_loop().run_in_executor(None, save, value)


async def other_requests():
    while True:
        await asyncio.sleep(0.01)


async def main():
    with sqlite3.connect(PATH) as connection:
        connection.execute("CREATE TABLE state (value)")
    connection.close()
    others = asyncio.create_task(other_requests(), name="others")
    started = threading.Event()
    threading.Thread(target=export, args=(started,)).start()
    while not started.is_set():
        await asyncio.sleep(0.01)
    await asyncio.create_task(handler(1), name="handler")
    others.cancel()
    print("saved")


asyncio.run(main())
