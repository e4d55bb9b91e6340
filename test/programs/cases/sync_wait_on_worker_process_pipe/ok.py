import asyncio
import multiprocessing
import time


def worker(pipe):
    while True:
        job = pipe.recv()
        if job is None:
            return
        time.sleep(0.25)
        pipe.send(job * job)


class Remote:
    def __init__(self):
        context = multiprocessing.get_context("fork")
        self.pipe, other = context.Pipe()
        self.process = context.Process(target=worker, args=(other,), daemon=True)
        self.process.start()

    async def call(self, job):
        self.pipe.send(job)
        return await asyncio.to_thread(self.pipe.recv)

    def close(self):
        self.pipe.send(None)
        self.process.join()


async def progress(dots):
    while True:
        await asyncio.sleep(0.03)
        dots.append(".")


async def main():
    remote = Remote()
    dots = []
    showing = asyncio.create_task(progress(dots), name="progress")
    await asyncio.sleep(0.1)
    results = [await remote.call(job) for job in range(3)]
    showing.cancel()
    print(results, "".join(dots))
    remote.close()


asyncio.run(main())
