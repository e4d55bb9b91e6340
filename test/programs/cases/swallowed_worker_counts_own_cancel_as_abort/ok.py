import asyncio


class Job:
    def __init__(self, job_id, pages):
        self.id = job_id
        self.pages = pages

    async def run(self):
        for _ in range(self.pages):
            await asyncio.sleep(0.05)
        return f"{self.pages} pages"


class Worker:
    def __init__(self):
        self.backlog = asyncio.Queue()
        self.results = {}
        self._running = {}
        self._task = None

    def enqueue(self, job):
        self.backlog.put_nowait(job)

    def close(self):
        self.backlog.put_nowait(None)

    def start(self):
        self._task = asyncio.create_task(self._work(), name="worker")

    def abort(self, job_id):
        self._running[job_id].cancel()

    async def _work(self):
        while True:
            job = await self.backlog.get()
            if job is None:
                break
            await self._run_job(job)

    async def _run_job(self, job):
        task = asyncio.create_task(job.run(), name=f"job-{job.id}")
        self._running[job.id] = task
        try:
            await asyncio.wait({task})
            if task.cancelled():
                self.results[job.id] = "aborted"
            elif task.exception() is not None:
                self.results[job.id] = f"failed: {task.exception()}"
            else:
                self.results[job.id] = task.result()
        finally:
            task.cancel()
            del self._running[job.id]

    async def shutdown(self):
        self._task.cancel()
        await asyncio.wait({self._task})
        return self._task.cancelled()


async def report_depth(worker, depths):
    while True:
        depths.append(worker.backlog.qsize())
        await asyncio.sleep(0.1)


async def main():
    loop = asyncio.get_running_loop()
    worker = Worker()
    for number in range(1, 9):
        worker.enqueue(Job(number, pages=4))
    worker.close()
    depths = []
    monitor = asyncio.create_task(report_depth(worker, depths), name="depth-monitor")
    worker.start()
    await asyncio.sleep(0.3)
    worker.abort(2)
    await asyncio.sleep(0.2)
    started = loop.time()
    cancelled = await worker.shutdown()
    print(f"shutdown took {loop.time() - started:.1f} s, cancelled: {cancelled}")
    monitor.cancel()
    await asyncio.gather(monitor, return_exceptions=True)
    print("left in the backlog:", worker.backlog.qsize(), "most:", max(depths))
    for job_id, result in sorted(worker.results.items()):
        print(job_id, result)


asyncio.run(main())
