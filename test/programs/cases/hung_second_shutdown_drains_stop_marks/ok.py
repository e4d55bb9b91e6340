import asyncio

STOP = object()


class JobPool:
    def __init__(self, size):
        self._jobs = asyncio.Queue()
        self._closed = False
        self.done = []
        self.dropped = 0
        self._workers = [
            asyncio.create_task(self._work(), name=f"relay-worker-{number}") for number in range(1, size + 1)
        ]

    def submit(self, label, seconds):
        if self._closed:
            raise RuntimeError("pool is closed")
        self._jobs.put_nowait((label, seconds))

    async def _work(self):
        while True:
            job = await self._jobs.get()
            if job is STOP:
                return
            label, seconds = job
            await asyncio.sleep(seconds)
            self.done.append(label)

    async def shutdown(self, wait=True, cancel_pending=False):
        self._closed = True
        if cancel_pending:
            while not self._jobs.empty():
                self._jobs.get_nowait()
                self.dropped += 1
        for worker in self._workers:
            if not worker.done():
                self._jobs.put_nowait(STOP)
        if wait:
            await asyncio.gather(*self._workers)


class Relay:
    def __init__(self):
        self._pool = JobPool(3)
        self._stopping = asyncio.Event()

    async def listen(self):
        number = 0
        while not self._stopping.is_set():
            self._pool.submit(f"message {number}", 0.08 if number % 4 else 0.14)
            number += 1
            await asyncio.sleep(0.02)
        print("listener stopped after", number, "messages", flush=True)

    async def _stop(self):
        self._stopping.set()
        await self._pool.shutdown(wait=False)

    def on_signal(self):
        self._stop_task = asyncio.ensure_future(self._stop())

    async def run(self, seconds):
        listener = asyncio.create_task(self.listen(), name="listener")
        asyncio.get_running_loop().call_later(seconds, self.on_signal)
        try:
            await listener
        finally:
            await self._pool.shutdown(wait=True, cancel_pending=True)
        await self._stop_task
        print("relayed some:", len(self._pool.done) > 0)


async def main():
    await Relay().run(0.25)
    print("bye")


asyncio.run(main())
