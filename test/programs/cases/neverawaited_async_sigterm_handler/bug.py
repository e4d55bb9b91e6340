import asyncio
import os
import signal
import threading
import time


class Spool:
    def __init__(self):
        self.pending = []
        self.stored = 0

    async def store(self):
        batch, self.pending = self.pending, []
        await asyncio.sleep(0.03)
        self.stored += len(batch)


class Consumer:
    def __init__(self, spool):
        self.spool = spool
        self.stopping = asyncio.Event()
        self.settings = {"batch": 40}

    def install_signal_handlers(self, grace):
        signal.signal(signal.SIGHUP, lambda signum, frame: self.reload())
        signal.signal(signal.SIGTERM, lambda signum, frame: self.shutdown(grace))

    def reload(self):
        self.settings = {"batch": 25}
        print("configuration read again")

    async def shutdown(self, grace):
        print("leaving the consumer group")
        await asyncio.sleep(min(grace, 0.02))
        self.stopping.set()

    async def run(self):
        number = 0
        while not self.stopping.is_set():
            await asyncio.sleep(0.02)
            number += 1
            self.spool.pending.append(number)
            if len(self.spool.pending) >= self.settings["batch"]:
                await self.spool.store()
        await self.spool.store()


async def report(spool):
    while True:
        await asyncio.sleep(0.25)
        print("alive, something read:", bool(spool.pending or spool.stored))


def container_runtime(pid):
    time.sleep(0.2)
    os.kill(pid, signal.SIGHUP)
    time.sleep(0.2)
    os.kill(pid, signal.SIGTERM)


async def serve(consumer, deadline):
    running = asyncio.create_task(consumer.run(), name="consumer")
    done, _ = await asyncio.wait([running], timeout=deadline)
    if not done:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    return bool(done)


async def main():
    spool = Spool()
    consumer = Consumer(spool)
    consumer.install_signal_handlers(grace=0.4)
    reporter = asyncio.create_task(report(spool), name="report")
    threading.Thread(target=container_runtime, args=(os.getpid(),), name="container-runtime").start()
    stopped = await serve(consumer, deadline=0.9)
    reporter.cancel()
    await asyncio.gather(reporter, return_exceptions=True)
    print("stopped when asked:", stopped)
    print("records lost:", len(spool.pending) > 0)


asyncio.run(main())
