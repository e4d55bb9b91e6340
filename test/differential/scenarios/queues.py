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


@scenario("getters in the order in which they asked", "test_queues")
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


@scenario(
    "a getter that times out leaves the queue in order",
    "test_queues.QueueGetTests.test_get_with_waiting_putters, test_cancelled_getters_not_being_held_in_self_getters",
)
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


@scenario("a woken getter may find the queue empty again", "test_queues")
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


@scenario("shutdown: items stay readable", "case 45")
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


@scenario("shutdown: blocked getters wake in order", "case 45")
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


@scenario("shutdown: blocked putters", "test_queues")
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


@scenario("shutdown: immediate drains and join returns", "case 45")
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

    tasks = [
        asyncio.create_task(worker("a", 0.25)),
        asyncio.create_task(worker("b", 0.5)),
        asyncio.create_task(worker("c", 1)),
    ]
    for i in range(12):
        await queue.put(1 + i % 3)
    await queue.put(None)
    log(await asyncio.gather(*tasks), asyncio.get_running_loop().time())


@scenario("sizes and order", "test_queues.QueueBasicTests.test_empty, test_full, test_order, test_maxsize")
async def sizes(log):
    queue = asyncio.Queue(2)
    log(queue.empty(), queue.full(), queue.qsize(), queue.maxsize)
    queue.put_nowait(1)
    queue.put_nowait(3)
    log(queue.empty(), queue.full(), queue.qsize())
    log(queue.get_nowait(), queue.get_nowait(), queue.empty())
    for size in [0, -1]:
        endless = asyncio.Queue(size)
        for item in range(100):
            endless.put_nowait(item)
        log(endless.full(), endless.qsize())


@scenario("a maxsize with a fraction", "test_queues.QueuePutTests.test_float_maxsize")
async def fraction(log):
    queue = asyncio.Queue(1.3)
    queue.put_nowait(1)
    queue.put_nowait(2)
    log(queue.full())
    try:
        queue.put_nowait(3)
    except asyncio.QueueFull as error:
        log(error)
    queue = asyncio.Queue(1.3)

    async def fill():
        await queue.put(1)
        await queue.put(2)
        log(queue.full())

    await fill()


@scenario(
    "a reader that is cancelled drops nothing", "test_queues.QueuePutTests.test_get_cancel_drop_one_pending_reader"
)
async def drop_one(log):
    queue = asyncio.Queue()
    reader = asyncio.create_task(queue.get())
    await asyncio.sleep(0)
    queue.put_nowait(1)
    queue.put_nowait(2)
    reader.cancel()
    try:
        await reader
    except asyncio.CancelledError:
        reader = asyncio.create_task(queue.get())
        await reader
    log(reader.result())


@scenario("one of three readers is cancelled", "test_queues.QueuePutTests.test_get_cancel_drop_many_pending_readers")
async def drop_many(log):
    queue = asyncio.Queue()
    readers = [asyncio.create_task(queue.get()) for _ in range(3)]
    await asyncio.sleep(0)
    queue.put_nowait(1)
    queue.put_nowait(2)
    readers[0].cancel()
    try:
        await readers[0]
    except asyncio.CancelledError as error:
        log(error)
    log(await readers[2], await readers[1])


@scenario(
    "a writer that is cancelled can put again", "test_queues.QueuePutTests.test_put_cancel_drop, test_put_cancelled"
)
async def put_again(log):
    queue = asyncio.Queue(1)
    queue.put_nowait(1)
    writer = asyncio.create_task(queue.put(2))
    await asyncio.sleep(0)
    log(queue.get_nowait())
    writer.cancel()
    try:
        await writer
    except asyncio.CancelledError:
        writer = asyncio.create_task(queue.put(2))
        await writer
    log(queue.get_nowait(), queue.qsize())


@scenario(
    "a put for a getter that waits",
    "test_queues.QueuePutTests.test_put_with_waiting_getters, test_blocking_put; QueueGetTests.test_blocking_get, test_blocking_get_wait",
)
async def waiting_getter(log):
    queue = asyncio.Queue()
    task = asyncio.create_task(queue.get())
    await asyncio.sleep(0)
    await queue.put("a")
    log(await task)
    loop = asyncio.get_running_loop()
    loop.call_later(0.01, queue.put_nowait, "b")
    log(await queue.get(), loop.time())


@scenario(
    "non-blocking calls, full and empty",
    "test_queues.QueuePutTests.test_nonblocking_put, test_nonblocking_put_exception; QueueGetTests.test_nonblocking_get",
)
async def non_blocking(log):
    queue = asyncio.Queue(1)
    queue.put_nowait(1)
    try:
        queue.put_nowait(2)
    except asyncio.QueueFull as error:
        log(error)
    log(queue.get_nowait())
    try:
        queue.get_nowait()
    except asyncio.QueueEmpty as error:
        log(error)


@scenario(
    "every kind of queue, from the front and from the back",
    "test_queues.LifoQueueTests.test_order, PriorityQueueTests.test_order",
)
async def orders(log):
    for queue in [asyncio.Queue(), asyncio.LifoQueue(), asyncio.PriorityQueue()]:
        for item in [1, 3, 2]:
            queue.put_nowait(item)
        log([queue.get_nowait() for _ in range(3)])


@scenario("done more often than put", "test_queues._QueueJoinTestMixin.test_task_done_underflow, test_join_empty_queue")
async def underflow(log):
    queue = asyncio.Queue()
    try:
        queue.task_done()
    except ValueError as error:
        log(error)
    await queue.join()
    log("joined")
    await queue.join()


@scenario("workers until the queue is joined", "test_queues._QueueJoinTestMixin.test_task_done")
async def workers(log):
    queue = asyncio.Queue()
    for item in range(6):
        queue.put_nowait(item)
    total = [0]

    async def worker(name):
        while True:
            item = await queue.get()
            total[0] = total[0] + item
            await asyncio.sleep(0)
            log(name, item)
            queue.task_done()

    tasks = [asyncio.create_task(worker(name)) for name in range(2)]
    await queue.join()
    log(total[0])
    for task in tasks:
        task.cancel()
    log(await asyncio.gather(*tasks, return_exceptions=True))
