import asyncio
import os
import sqlite3
import tempfile
import threading


class SessionDB:
    def __init__(self, path):
        self._conn = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)

    def claim(self, number):
        self._conn.execute("INSERT INTO handoffs VALUES (?)", (number,))


def vacuum(path, started):
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    started.set()
    threading.Event().wait(0.5)
    other.execute("COMMIT")
    other.close()


async def watcher(db, path):
    for number in range(3):
        if number == 1:
            started = threading.Event()
            threading.Thread(target=vacuum, args=(path, started)).start()
            await asyncio.to_thread(started.wait)
        db.claim(number)
        await asyncio.sleep(0.05)


async def heartbeat(beats):
    while True:
        await asyncio.sleep(0.05)
        beats.append(asyncio.get_running_loop().time())


async def main():
    path = os.path.join(tempfile.mkdtemp(), "state.db")
    db = SessionDB(path)
    db._conn.execute("CREATE TABLE handoffs (number INTEGER)")
    beats = []
    beating = asyncio.create_task(heartbeat(beats), name="heartbeat")
    await asyncio.create_task(watcher(db, path), name="handoff-watcher")
    beating.cancel()
    print("longest gap:", round(max(b - a for a, b in zip(beats, beats[1:])), 2))


asyncio.run(main())
