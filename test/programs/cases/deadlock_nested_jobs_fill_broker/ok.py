import asyncio
import itertools

MAX_ASYNC_TASKS = 4


class Broker:
    def __init__(self):
        self._jobs = asyncio.Queue()
        self._handlers = {}
        self._ids = itertools.count(1)
        self._workers = []
        self.finished = 0

    def task(self, handler):
        self._handlers[handler.__name__] = handler
        return handler

    def start(self):
        for number in range(1, MAX_ASYNC_TASKS + 1):
            worker = asyncio.create_task(self._work(), name=f"worker-{number}")
            self._workers.append(worker)

    async def kick(self, name, *args):
        result = asyncio.get_running_loop().create_future()
        await self._jobs.put((next(self._ids), name, args, result))
        return result

    async def _work(self):
        while True:
            job_id, name, args, result = await self._jobs.get()
            try:
                value = await self._handlers[name](self, *args)
            except Exception as error:
                result.set_exception(error)
            else:
                result.set_result(value)
            self.finished += 1

    def waiting(self):
        return self._jobs.qsize()

    async def stop(self):
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)


async def load_lines(broker, order):
    await asyncio.sleep(0.02)
    return [order * 10, order * 3]


async def invoice(broker, order):
    await asyncio.sleep(0.01)
    lines = await load_lines(broker, order)
    return sum(lines)


async def show_depth(broker):
    while True:
        await asyncio.sleep(0.1)
        print("jobs waiting:", broker.waiting(), "finished:", broker.finished, flush=True)


async def bill(broker, orders):
    results = [await broker.kick("invoice", order) for order in orders]
    return await asyncio.gather(*results)


async def main():
    broker = Broker()
    broker.task(load_lines)
    broker.task(invoice)
    broker.start()
    depth = asyncio.create_task(show_depth(broker), name="depth-gauge")
    print("morning run", await bill(broker, [1, 2]), flush=True)
    await asyncio.sleep(0.05)
    print("month end", await bill(broker, range(10, 18)), flush=True)
    depth.cancel()
    await broker.stop()


asyncio.run(main())
