"""CPython's cases for locks and queues that the other scenarios do not tell."""

import asyncio

from harness import scenario


@scenario("event: three wait, one of them late", "test_locks.EventTests.test_wait")
async def event_wait(log):
    event = asyncio.Event()

    async def waits(number):
        log(number, await event.wait())

    one, two = asyncio.create_task(waits(1)), asyncio.create_task(waits(2))
    await asyncio.sleep(0)
    three = asyncio.create_task(waits(3))
    event.set()
    await asyncio.sleep(0)
    log(one.done(), two.done(), three.done())


@scenario("condition: three wait, are notified one and two at a time", "test_locks.ConditionTests.test_wait")
async def condition_wait(log):
    condition = asyncio.Condition()

    async def waits(number):
        await condition.acquire()
        log(number, await condition.wait())

    tasks = [asyncio.create_task(waits(i)) for i in range(3)]
    await asyncio.sleep(0)
    log(condition.locked())
    await condition.acquire()
    condition.notify()
    await asyncio.sleep(0)
    log("notified", condition.locked())
    condition.release()
    await asyncio.sleep(0)
    log("released", condition.locked())
    condition.notify(2)
    await asyncio.sleep(0)
    log("notified two", condition.locked())
    condition.release()
    await asyncio.sleep(0)
    log("released", condition.locked())
    condition.release()
    await asyncio.sleep(0)
    log([task.done() for task in tasks])


@scenario("condition: a cancelled wait leaves the queue", "test_locks.ConditionTests.test_wait_cancel")
async def condition_cancel(log):
    condition = asyncio.Condition()
    await condition.acquire()
    wait = asyncio.create_task(condition.wait())
    asyncio.get_running_loop().call_soon(wait.cancel)
    try:
        await wait
    except asyncio.CancelledError:
        log(condition.locked())
    condition.notify()


@scenario(
    "condition: cancelled while it waits to be woken, the error stays the same",
    "test_locks.ConditionTests.test_cancelled_error_wakeup",
)
async def same_error_at_wakeup(log):
    condition = asyncio.Condition()
    raised = []

    async def body():
        async with condition:
            try:
                await condition.wait_for(lambda: False)
            except asyncio.CancelledError as error:
                raised.append(error)
                raise

    task = asyncio.create_task(body())
    await asyncio.sleep(0)
    task.cancel("foo")
    try:
        await task
    except asyncio.CancelledError as error:
        log(error, raised[0], condition.locked())


@scenario(
    "condition: cancelled while it waits for the lock, the error stays the same",
    "test_locks.ConditionTests.test_cancelled_error_re_aquire",
)
async def same_error_at_lock(log):
    condition = asyncio.Condition()
    wake = []
    raised = []

    async def body():
        async with condition:
            try:
                await condition.wait_for(lambda: len(wake) > 0)
            except asyncio.CancelledError as error:
                raised.append(error)
                raise

    task = asyncio.create_task(body())
    await asyncio.sleep(0)
    await condition.acquire()
    wake.append(1)
    condition.notify()
    await asyncio.sleep(0)
    task.cancel("foo")
    condition.release()
    try:
        await task
    except asyncio.CancelledError as error:
        log(error, raised[0], condition.locked())


@scenario(
    "condition: one cancelled as it is woken, or as it takes the lock, loses no wake-up",
    "test_locks.ConditionTests.test_cancelled_wakeup, test_cancelled_wakeup_relock",
)
async def no_lost_wakeup(log):
    async def consumer(condition, state):
        async with condition:
            while True:
                await condition.wait_for(lambda: state[0] != 0)
                if state[0] < 0:
                    return
                state[0] = state[0] - 1

    for takes_lock in [False, True]:
        condition = asyncio.Condition()
        state = [0]
        consumers = [asyncio.create_task(consumer(condition, state)) for _ in range(2)]
        await asyncio.sleep(0)
        async with condition:
            state[0] = 1
            condition.notify(1)
            if takes_lock:
                await asyncio.sleep(0)
            consumers[0].cancel()
            try:
                async with asyncio.timeout(0.125):
                    await condition.wait_for(lambda: state[0] == 0)
            except TimeoutError:
                log("late")
            log(takes_lock, state[0])
            state[0] = -1
            condition.notify_all()
        await consumers[1]
        log(consumers[0].cancelled())


@scenario("semaphore: three wait for two places", "test_locks.SemaphoreTests.test_acquire")
async def semaphore_acquire(log):
    semaphore = asyncio.Semaphore(3)
    log(await semaphore.acquire() is not None, await semaphore.acquire() is not None, semaphore.locked())

    async def acquires(number):
        await semaphore.acquire()
        log(number)
        return True

    tasks = [asyncio.create_task(acquires(i)) for i in range(3)]
    await asyncio.sleep(0)
    log(semaphore.locked())
    fourth = asyncio.create_task(acquires(4))
    semaphore.release()
    semaphore.release()
    await asyncio.sleep(0)
    log([task.done() for task in tasks], fourth.done())
    semaphore.release()
    await asyncio.gather(*tasks, fourth)
    semaphore.release()


@scenario(
    "a lock and a semaphore that nobody waits for",
    "test_locks.SemaphoreTests.test_release_no_waiters; test_locks.LockTests.test_release_no_waiters",
)
async def nobody_waits(log):
    semaphore = asyncio.Semaphore()
    await semaphore.acquire()
    log(semaphore.locked())
    semaphore.release()
    log(semaphore.locked())
    lock = asyncio.Lock()
    await lock.acquire()
    log(lock.locked())
    lock.release()
    log(lock.locked())


@scenario(
    "semaphore: the first of three is cancelled before two places are free",
    "test_locks.SemaphoreTests.test_acquire_fifo_order_3",
)
async def first_cancelled(log):
    semaphore = asyncio.Semaphore(0)

    async def acquires(number):
        await semaphore.acquire()
        log(number)

    tasks = [asyncio.create_task(acquires(i)) for i in range(3)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    await asyncio.sleep(0)
    semaphore.release()
    semaphore.release()
    log(await asyncio.gather(*tasks, return_exceptions=True))


@scenario("semaphore: one that is woken wakes the next", "test_locks.SemaphoreTests.test_acquire_fifo_order_4")
async def wakes_next(log):
    semaphore = asyncio.Semaphore(0)
    fourth = []

    async def one():
        await semaphore.acquire()
        fourth.append(asyncio.create_task(four()))
        log(1)

    async def two():
        for _ in range(3):
            semaphore.release()
        log(semaphore.locked())
        await semaphore.acquire()
        log(2)

    async def three():
        await semaphore.acquire()
        log(3, semaphore.locked())

    async def four():
        log(4)

    tasks = [asyncio.create_task(one()), asyncio.create_task(two()), asyncio.create_task(three())]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await asyncio.gather(*tasks, *fourth)


@scenario("barrier: of one, taken twice", "test_locks.BarrierTests.test_filling_one_task_twice")
async def barrier_of_one(log):
    barrier = asyncio.Barrier(1)
    one = asyncio.create_task(barrier.wait())
    await asyncio.sleep(0)
    log(barrier.n_waiting)
    two = asyncio.create_task(barrier.wait())
    await asyncio.sleep(0)
    log(one.result(), two.result(), barrier.n_waiting, barrier.broken)


@scenario("barrier: filled task by task", "test_locks.BarrierTests.test_filling_task_by_task")
async def task_by_task(log):
    barrier = asyncio.Barrier(3)
    tasks = []
    for _ in range(3):
        tasks.append(asyncio.create_task(barrier.wait()))
        await asyncio.sleep(0)
        log(barrier.n_waiting)
    await asyncio.wait(tasks)
    log(barrier.n_waiting, barrier.broken, [task.result() for task in tasks])


@scenario(
    "barrier: five pass it twice",
    "test_locks.BarrierTests.test_filling_tasks_wait_twice, test_filling_tasks_check_return_value",
)
async def pass_twice(log):
    barrier = asyncio.Barrier(5)

    async def body(number):
        await barrier.wait()
        log("first", number)
        place = await barrier.wait()
        log("second", number)
        return place

    places = await asyncio.gather(*[body(i) for i in range(5)])
    log(sorted(places), barrier.n_waiting, barrier.broken)


@scenario("barrier: one of those that fill it is cancelled", "test_locks.BarrierTests.test_filling_tasks_cancel_one")
async def filling_cancelled(log):
    barrier = asyncio.Barrier(3)

    async def body(number):
        log(number, await barrier.wait())

    one = asyncio.create_task(body(1))
    await asyncio.sleep(0)
    two = asyncio.create_task(body(2))
    await asyncio.sleep(0)
    log(barrier.n_waiting, one.cancel())
    await asyncio.sleep(0)
    log(barrier.n_waiting)
    try:
        await one
    except asyncio.CancelledError:
        log(one.cancelled())
    three = asyncio.create_task(body(3))
    await asyncio.sleep(0)
    log(barrier.n_waiting)
    await asyncio.gather(two, three, asyncio.create_task(body(4)))
    log(barrier.n_waiting, barrier.broken)


@scenario(
    "barrier: reset while some leave and others wait to come in",
    "test_locks.BarrierTests.test_reset_barrier_when_tasks_half_draining_half_blocking",
)
async def reset_half_way(log):
    barrier = asyncio.Barrier(4)
    count = [0]

    async def body(number):
        try:
            await barrier.wait()
            log(number, "passed")
        except asyncio.BrokenBarrierError:
            log(number, "broken")
            await barrier.wait()
            log(number, "passed later")
        count[0] = count[0] + 1
        if count[0] == 2:
            await barrier.reset()
            log("reset")

    tasks = [asyncio.create_task(body(i)) for i in range(6)]
    await asyncio.sleep(1)
    log([task.done() for task in tasks], barrier.n_waiting, barrier.broken)
    await barrier.abort()
    log(await asyncio.gather(*tasks, return_exceptions=True), barrier.broken)


@scenario("locks as blocks", "test_pep492.LockTests.test_context_manager_async_with")
async def locks_as_blocks(log):
    for lock in [asyncio.Lock(), asyncio.Condition(), asyncio.Semaphore(), asyncio.BoundedSemaphore()]:
        await asyncio.sleep(0.125)
        log(lock.locked())
        async with lock:
            log(lock.locked())
            await asyncio.sleep(0.125)
            log(lock.locked())
        log(lock.locked())


@scenario("a queue is taken from while one waits to put", "test_queues.test_get_with_putters")
async def get_with_putters(log):
    queue = asyncio.Queue(1)
    queue.put_nowait(1)
    putter = asyncio.create_task(queue.put(2))
    await asyncio.sleep(0)
    log(queue.full(), await queue.get(), putter.done())
    await putter
    log(queue.qsize())


@scenario(
    "cancelled getters and putters are forgotten",
    "test_queues.test_why_are_getters_waiting, test_cancelled_puts_not_being_held_in_self_putters",
)
async def forgotten(log):
    queue = asyncio.Queue(1)

    async def consumer(count):
        for _ in range(count):
            log("got", await queue.get())

    async def producer(count):
        for i in range(count):
            await queue.put(i)

    await asyncio.gather(producer(4), consumer(4))
    queue.put_nowait("full")
    putter = asyncio.create_task(queue.put("never"))
    await asyncio.sleep(0)
    putter.cancel()
    try:
        await putter
    except asyncio.CancelledError:
        log("cancelled")
    log(queue.get_nowait(), queue.qsize())


@scenario("a putter that is woken and cancelled", "test_queues.test_cancelled_put_silence_value_error_exception")
async def woken_and_cancelled(log):
    queue = asyncio.Queue(1)
    queue.put_nowait(1)
    putter = asyncio.create_task(queue.put(2))
    await asyncio.sleep(0)
    queue.get_nowait()
    putter.cancel()
    try:
        await putter
    except asyncio.CancelledError:
        log("cancelled", queue.qsize())


async def refuses(log, queue):
    """What a queue that was shut down says to each call."""
    for name, call in [["put", lambda: queue.put("data")], ["get", lambda: queue.get()]]:
        try:
            await call()
        except asyncio.QueueShutDown as error:
            log(name, error)
    for name, call in [["put_nowait", lambda: queue.put_nowait("data")], ["get_nowait", lambda: queue.get_nowait()]]:
        try:
            call()
        except asyncio.QueueShutDown as error:
            log(name, error)


@scenario("shutdown of an empty queue, of each kind", "test_queues.test_shutdown_empty")
async def shutdown_empty(log):
    for queue in [asyncio.Queue(), asyncio.LifoQueue(), asyncio.PriorityQueue()]:
        getter = asyncio.create_task(queue.get())
        await asyncio.sleep(0)
        queue.shutdown()
        log(queue.qsize())
        await queue.join()
        await asyncio.sleep(0)
        log(getter.done(), getter.exception())
        await refuses(log, queue)


@scenario("shutdown of a full queue, of each kind", "test_queues.test_shutdown_nonempty")
async def shutdown_full(log):
    for queue in [asyncio.Queue(1), asyncio.LifoQueue(1), asyncio.PriorityQueue(1)]:
        queue.put_nowait("data")
        joiner = asyncio.create_task(queue.join())
        putter = asyncio.create_task(queue.put("data2"))
        await asyncio.sleep(0)
        log(putter.done())
        queue.shutdown(immediate=False)
        log(queue.qsize())
        await asyncio.sleep(0)
        log(putter.done(), putter.exception())
        log(await queue.get())
        await asyncio.sleep(0)
        log(joiner.done())
        await refuses(log, queue)
        queue.task_done()
        await asyncio.sleep(0)
        log(joiner.done())
        try:
            queue.task_done()
        except ValueError as error:
            log(error)


@scenario("immediate shutdown, of each kind", "test_queues.test_shutdown_immediate")
async def shutdown_at_once(log):
    for queue in [asyncio.Queue(), asyncio.LifoQueue(), asyncio.PriorityQueue()]:
        queue.put_nowait("data")
        joiner = asyncio.create_task(queue.join())
        queue.shutdown(immediate=True)
        log(queue.qsize())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        log(joiner.done())
        await refuses(log, queue)
        try:
            queue.task_done()
        except ValueError as error:
            log(error)


@scenario(
    "several separators, one of which begins in what was read before",
    "test_streams.test_readuntil_multi_separator_negative_offset",
)
async def separators_across(log):
    reader = asyncio.StreamReader()
    reader.feed_data(b"data")
    reading = asyncio.create_task(reader.readuntil((b"A", b"long sep")))
    await asyncio.sleep(0)
    reader.feed_data(b"Z")
    await asyncio.sleep(0)
    reader.feed_data(b"A")
    log(await reading)


@scenario("a stream line by line", "test_pep492.StreamReaderTests.test_readline")
async def line_by_line(log):
    reader = asyncio.StreamReader()
    reader.feed_data(b"line1\nline2\nline3")
    reader.feed_eof()
    while not reader.at_eof():
        log(await reader.readline())


@scenario(
    "errors of a reader tell what was read",
    "test_streams.test_IncompleteReadError_pickleable, test_LimitOverrunError_pickleable",
)
async def errors_of_reader(log):
    reader = asyncio.StreamReader(limit=4)
    reader.feed_data(b"123456")
    try:
        await reader.readuntil(b"x")
    except asyncio.LimitOverrunError as error:
        log(error, error.consumed)
    reader.feed_eof()
    try:
        await reader.readexactly(10)
    except asyncio.IncompleteReadError as error:
        log(error, error.partial, error.expected)
