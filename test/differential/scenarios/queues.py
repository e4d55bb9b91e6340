"""Queue, LifoQueue, PriorityQueue."""

import asyncio

from harness import scenario


@scenario("sizes and the nowait forms", "test_queues.QueueBasicTests, QueueGetTests.test_nonblocking_get_exception")
async def sizes(log):
    queue = asyncio.Queue(2)
    log(queue.empty(), queue.full(), queue.qsize(), queue.maxsize)
    queue.put_nowait("a")
    queue.put_nowait("b")
    log(queue.full(), queue.qsize())
    try:
        queue.put_nowait("c")
    except asyncio.QueueFull as error:
        log(error)
    log(queue.get_nowait(), queue.get_nowait())
    try:
        queue.get_nowait()
    except asyncio.QueueEmpty as error:
        log(error)
    unlimited = asyncio.Queue(-1)
    for i in range(100):
        unlimited.put_nowait(i)
    log(unlimited.full(), unlimited.qsize())


@scenario("a producer and a consumer", "test_queues.QueuePutTests.test_blocking_put_wait")
async def produce(log):
    queue = asyncio.Queue(2)

    async def producer():
        for i in range(6):
            await queue.put(i)
            log("put", i)

    async def consumer():
        for i in range(6):
            await asyncio.sleep(0.25)
            log("got", await queue.get())

    await asyncio.gather(producer(), consumer())


@scenario("getters in the order in which they asked", "test_queues.QueueGetTests.test_why_are_getters_waiting…")
async def getters(log):
    queue = asyncio.Queue()

    async def getter(name):
        log(name, await queue.get())

    tasks = [asyncio.create_task(getter(name)) for name in ["a", "b", "c"]]
    await asyncio.sleep(0)
    for i in range(3):
        queue.put_nowait(i)
    await asyncio.gather(*tasks)


@scenario("putters in the order in which they asked", "test_queues.QueuePutTests.test_why_are_putters_waiting")
async def putters(log):
    queue = asyncio.Queue(1)
    await queue.put("first")

    async def putter(name):
        await queue.put(name)
        log("put", name)

    tasks = [asyncio.create_task(putter(name)) for name in ["a", "b", "c"]]
    await asyncio.sleep(0)
    for i in range(4):
        log("got", await queue.get())
    await asyncio.gather(*tasks)


@scenario("a getter cancelled after the hand-off", "case 44; test_queues.QueueGetTests.test_get_cancelled_race")
async def getter_cancelled(log):
    queue = asyncio.Queue()

    async def getter(name):
        log(name, await queue.get())

    a = asyncio.create_task(getter("a"))
    b = asyncio.create_task(getter("b"))
    await asyncio.sleep(0)
    queue.put_nowait("item")
    a.cancel()
    log(await asyncio.gather(a, b, return_exceptions=True), queue.qsize())


@scenario("a getter that times out leaves the queue in order", "test_queues.QueueGetTests.test_get_with_waiting_putters, test_cancelled_getters_not_being_held_in_self_getters")
async def getter_times_out(log):
    queue = asyncio.Queue(1)
    for i in range(3):
        try:
            await asyncio.wait_for(queue.get(), 0.25)
        except TimeoutError:
            log("timeout", i)
    await queue.put("x")
    log(await queue.get())


@scenario("a putter cancelled after being woken", "test_queues.QueuePutTests.test_put_cancelled_race")
async def putter_cancelled(log):
    queue = asyncio.Queue(1)
    queue.put_nowait("first")

    async def putter(name):
        await queue.put(name)
        log("put", name)

    a = asyncio.create_task(putter("a"))
    b = asyncio.create_task(putter("b"))
    await asyncio.sleep(0)
    log(queue.get_nowait())
    a.cancel()
    log(await asyncio.gather(a, b, return_exceptions=True))
    log(queue.get_nowait(), queue.empty())


@scenario("a woken getter may find the queue empty again", "test_queues.QueueGetTests.test_why_…")
async def stolen(log):
    queue = asyncio.Queue()

    async def getter():
        log("getter", await queue.get())

    task = asyncio.create_task(getter())
    await asyncio.sleep(0)
    queue.put_nowait("stolen")
    log("main", queue.get_nowait())
    await asyncio.sleep(0)
    log(task.done())
    queue.put_nowait("second")
    await task


@scenario("join waits for task_done", "test_queues._QueueJoinTestMixin")
async def join(log):
    queue = asyncio.Queue()

    async def worker(name):
        while True:
            item = await queue.get()
            await asyncio.sleep(0.25)
            log(name, item)
            queue.task_done()

    for i in range(5):
        queue.put_nowait(i)
    tasks = [asyncio.create_task(worker(name)) for name in ["a", "b"]]
    await queue.join()
    log("joined", asyncio.get_running_loop().time())
    await queue.join()
    for task in tasks:
        task.cancel()
    log(await asyncio.gather(*tasks, return_exceptions=True))
    try:
        queue.task_done()
    except ValueError as error:
        log(error)


@scenario("lifo", "test_queues.LifoQueueTests")
async def lifo(log):
    queue = asyncio.LifoQueue()
    for i in [1, 3, 2]:
        queue.put_nowait(i)
    log([queue.get_nowait() for i in range(3)])


@scenario("priority", "test_queues.PriorityQueueTests")
async def priority(log):
    queue = asyncio.PriorityQueue()
    for i in [5, 1, 3, 2, 4, 1]:
        queue.put_nowait(i)
    log([queue.get_nowait() for i in range(6)])
    for item in [(2, "b"), (1, "z"), (2, "a"), (1, "a")]:
        queue.put_nowait(item)
    log([queue.get_nowait() for i in range(4)])


@scenario("shutdown: items stay readable", "case 45; test_queues._QueueShutdownTestMixin.test_shutdown_…")
async def shutdown(log):
    queue = asyncio.Queue()
    queue.put_nowait("a")
    queue.put_nowait("b")
    queue.shutdown()
    try:
        queue.put_nowait("c")
    except asyncio.QueueShutDown as error:
        log("put_nowait", error)
    try:
        await queue.put("c")
    except asyncio.QueueShutDown as error:
        log("put", error)
    log(await queue.get(), queue.get_nowait())
    try:
        await queue.get()
    except asyncio.QueueShutDown as error:
        log("get", error)
    try:
        queue.get_nowait()
    except asyncio.QueueShutDown as error:
        log("get_nowait", error)
    queue.task_done()
    queue.task_done()
    await queue.join()
    log("joined")


@scenario("shutdown: blocked getters wake in order", "case 45; _QueueShutdownTestMixin.test_shutdown_nonempty_get_…")
async def shutdown_getters(log):
    queue = asyncio.Queue()

    async def getter(name):
        try:
            await queue.get()
        except asyncio.QueueShutDown:
            log(name, "shut down")

    tasks = [asyncio.create_task(getter(name)) for name in ["a", "b", "c"]]
    await asyncio.sleep(0)
    queue.shutdown()
    log("after shutdown")
    await asyncio.gather(*tasks)


@scenario("shutdown: blocked putters", "_QueueShutdownTestMixin.test_shutdown_…put")
async def shutdown_putters(log):
    queue = asyncio.Queue(1)
    queue.put_nowait("in")

    async def putter(name):
        try:
            await queue.put(name)
            log(name, "put")
        except asyncio.QueueShutDown:
            log(name, "shut down")

    tasks = [asyncio.create_task(putter(name)) for name in ["a", "b"]]
    await asyncio.sleep(0)
    queue.shutdown()
    await asyncio.gather(*tasks)
    log(queue.get_nowait(), queue.qsize())


@scenario("shutdown: immediate drains and join returns", "case 45; _QueueShutdownTestMixin.test_shutdown_immediate…")
async def shutdown_immediate(log):
    queue = asyncio.Queue()
    for i in range(3):
        queue.put_nowait(i)
    joiner = asyncio.create_task(queue.join())
    await asyncio.sleep(0)
    log(joiner.done())
    queue.shutdown(immediate=True)
    await joiner
    log(queue.qsize())
    try:
        await queue.get()
    except asyncio.QueueShutDown as error:
        log(error)


@scenario("shutdown: immediate with an item in work", "_QueueShutdownTestMixin.test_shutdown_immediate_with_unfinished")
async def shutdown_in_work(log):
    queue = asyncio.Queue()
    queue.put_nowait(1)
    queue.put_nowait(2)
    await queue.get()
    joiner = asyncio.create_task(queue.join())
    await asyncio.sleep(0)
    queue.shutdown(immediate=True)
    await asyncio.sleep(0)
    log(joiner.done())
    queue.task_done()
    await joiner
    log("joined")


@scenario("three workers share the work", "test_queues")
async def workers(log):
    queue = asyncio.Queue(3)

    async def worker(name, delay):
        n = 0
        while True:
            item = await queue.get()
            if item is None:
                queue.put_nowait(None)
                log(name, "did", n)
                return n
            await asyncio.sleep(delay * item)
            n += 1

    tasks = [asyncio.create_task(worker("a", 0.25)), asyncio.create_task(worker("b", 0.5)), asyncio.create_task(worker("c", 1))]
    for i in range(12):
        await queue.put(1 + i % 3)
    await queue.put(None)
    log(await asyncio.gather(*tasks), asyncio.get_running_loop().time())
