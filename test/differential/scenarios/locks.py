"""Lock, Event, Condition, Semaphore, BoundedSemaphore, Barrier."""

import asyncio

from harness import Boom, scenario


@scenario("lock: states and misuse", "test_locks.LockTests.test_acquire, test_release_not_acquired")
async def lock_states(log):
    lock = asyncio.Lock()
    log(lock.locked())
    await lock.acquire()
    log(lock.locked())
    lock.release()
    log(lock.locked())
    try:
        lock.release()
    except RuntimeError as error:
        log(error)


@scenario("lock: released when the body raises", "test_locks.LockTests.test_context_manager")
async def lock_raises(log):
    lock = asyncio.Lock()
    try:
        async with lock:
            log(lock.locked())
            raise Boom("x")
    except Boom:
        log(lock.locked())


@scenario("lock: a waiter cancelled while it waits", "test_locks.LockTests.test_acquire_cancel, test_cancel_race")
async def lock_cancel(log):
    lock = asyncio.Lock()

    async def worker(name):
        try:
            async with lock:
                log(name)
                await asyncio.sleep(0.5)
        except asyncio.CancelledError:
            log(name, "cancelled")
            raise

    a = asyncio.create_task(worker("a"))
    b = asyncio.create_task(worker("b"))
    c = asyncio.create_task(worker("c"))
    await asyncio.sleep(0.25)
    b.cancel()
    log(await asyncio.gather(a, b, c, return_exceptions=True))


@scenario("lock: cancelled after being woken, the next gets it", "case 46; test_locks.LockTests.test_cancel_release_race")
async def lock_cancel_woken(log):
    lock = asyncio.Lock()
    await lock.acquire()

    async def worker(name):
        async with lock:
            log(name)

    a = asyncio.create_task(worker("a"))
    b = asyncio.create_task(worker("b"))
    await asyncio.sleep(0)
    lock.release()
    a.cancel()
    log(await asyncio.gather(a, b, return_exceptions=True), lock.locked())


@scenario("lock: no overtaking between release and wake-up", "test_locks.LockTests.test_release_no_waiters, test_acquire_fifo…")
async def lock_fair(log):
    lock = asyncio.Lock()
    await lock.acquire()

    async def worker():
        async with lock:
            log("worker")

    task = asyncio.create_task(worker())
    await asyncio.sleep(0)
    lock.release()
    await lock.acquire()
    log("main")
    lock.release()
    await task


@scenario("lock: all waiters cancelled, the lock can be taken at once", "test_locks.LockTests.test_cancel_…")
async def lock_all_cancelled(log):
    lock = asyncio.Lock()
    await lock.acquire()

    async def worker():
        async with lock:
            log("never")

    tasks = [asyncio.create_task(worker()) for i in [1, 2, 3]]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    lock.release()
    await lock.acquire()
    log("main has it")
    log(await asyncio.gather(*tasks, return_exceptions=True))


@scenario("event: set, clear, wait", "test_locks.EventTests")
async def event_basics(log):
    event = asyncio.Event()

    async def waiter(name):
        log(name, await event.wait(), event.is_set())

    tasks = [asyncio.create_task(waiter(name)) for name in ["a", "b"]]
    await asyncio.sleep(0)
    event.set()
    event.set()
    await asyncio.gather(*tasks)
    log(await event.wait())
    event.clear()
    log(event.is_set())


@scenario("event: set and clear in one turn wakes both", "case 48; test_locks.EventTests.test_clear_with_waiters")
async def event_pulse(log):
    event = asyncio.Event()

    async def waiter(name):
        await event.wait()
        log(name, event.is_set())

    tasks = [asyncio.create_task(waiter(name)) for name in ["a", "b"]]
    await asyncio.sleep(0)
    event.set()
    event.clear()
    await asyncio.gather(*tasks)


@scenario("event: a waiter cancelled", "test_locks.EventTests.test_wait_cancel")
async def event_cancel(log):
    event = asyncio.Event()
    task = asyncio.create_task(event.wait())
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        log("cancelled")
    event.set()
    log(event.is_set())


@scenario("condition: notify, notify_all", "test_locks.ConditionTests.test_notify, test_notify_all")
async def condition_notify(log):
    condition = asyncio.Condition()

    async def waiter(name):
        async with condition:
            await condition.wait()
            log(name)

    tasks = [asyncio.create_task(waiter(name)) for name in ["a", "b", "c", "d"]]
    await asyncio.sleep(0)
    async with condition:
        condition.notify()
    await asyncio.sleep(0.5)
    log("then two")
    async with condition:
        condition.notify(2)
    await asyncio.sleep(0.5)
    log("then all")
    async with condition:
        condition.notify_all()
    await asyncio.gather(*tasks)


@scenario("condition: misuse", "test_locks.ConditionTests.test_wait_unacquired, test_notify_unacquired")
async def condition_misuse(log):
    condition = asyncio.Condition()
    try:
        await condition.wait()
    except RuntimeError as error:
        log(error)
    try:
        condition.notify()
    except RuntimeError as error:
        log(error)
    lock = asyncio.Lock()
    shared = asyncio.Condition(lock)
    async with shared:
        log(lock.locked(), shared.locked())


@scenario("condition: wait_for a predicate", "test_locks.ConditionTests.test_wait_for")
async def condition_wait_for(log):
    condition = asyncio.Condition()
    state = [0]

    async def waiter():
        async with condition:
            log("reached", await condition.wait_for(lambda: state[0] == 2), state[0])

    task = asyncio.create_task(waiter())
    for i in range(3):
        await asyncio.sleep(0.25)
        async with condition:
            state[0] = i
            log("now", i)
            condition.notify_all()
    await task


@scenario("condition: a cancelled wait gets the lock back first", "case 47; test_locks.ConditionTests.test_wait_cancel_contested")
async def condition_cancel(log):
    condition = asyncio.Condition()

    async def waiter():
        async with condition:
            try:
                await condition.wait()
            except asyncio.CancelledError:
                log("cancelled, locked:", condition.locked())
                raise

    task = asyncio.create_task(waiter())
    await asyncio.sleep(0)
    await condition.acquire()
    task.cancel()
    await asyncio.sleep(0.5)
    log("main still holds it", task.done())
    condition.release()
    try:
        await task
    except asyncio.CancelledError:
        log("main", condition.locked())


@scenario("condition: cancelled again while it gets the lock back", "test_locks.ConditionTests.test_wait_cancel_after_notify")
async def condition_cancel_twice(log):
    condition = asyncio.Condition()

    async def waiter():
        async with condition:
            try:
                await condition.wait()
            except asyncio.CancelledError as error:
                log("cancelled", error, condition.locked())
                raise

    task = asyncio.create_task(waiter())
    await asyncio.sleep(0)
    await condition.acquire()
    task.cancel("first")
    await asyncio.sleep(0)
    task.cancel("second")
    await asyncio.sleep(0)
    condition.release()
    try:
        await task
    except asyncio.CancelledError as error:
        log("main", error, task.cancelling())


@scenario("condition: a notify given to a cancelled waiter passes on", "case 47; test_locks.ConditionTests.test_cancel_wakeup")
async def condition_pass_on(log):
    condition = asyncio.Condition()

    async def waiter(name):
        async with condition:
            await condition.wait()
            log(name)

    a = asyncio.create_task(waiter("a"))
    b = asyncio.create_task(waiter("b"))
    await asyncio.sleep(0)
    async with condition:
        condition.notify()
        a.cancel()
    log(await asyncio.gather(a, b, return_exceptions=True))


@scenario("semaphore: values", "test_locks.SemaphoreTests.test_semaphore, test_release_not_acquired")
async def semaphore_values(log):
    semaphore = asyncio.Semaphore(2)
    await semaphore.acquire()
    log(semaphore.locked())
    await semaphore.acquire()
    log(semaphore.locked())
    semaphore.release()
    log(semaphore.locked())
    try:
        asyncio.Semaphore(-1)
    except ValueError as error:
        log(error)
    bounded = asyncio.BoundedSemaphore(1)
    try:
        bounded.release()
    except ValueError as error:
        log(error)


@scenario("semaphore: two at a time", "test_locks.SemaphoreTests.test_context_manager")
async def semaphore_two(log):
    semaphore = asyncio.Semaphore(2)

    async def worker(name):
        async with semaphore:
            log(name, "in")
            await asyncio.sleep(0.5)
            log(name, "out")

    await asyncio.gather(*[worker(i) for i in range(5)])


@scenario("semaphore: release then acquire by the same task does not overtake", "case 46; test_locks.SemaphoreTests.test_acquire_fifo_order")
async def semaphore_fair(log):
    semaphore = asyncio.Semaphore(1)
    await semaphore.acquire()

    async def worker(name):
        await semaphore.acquire()
        log(name)
        semaphore.release()

    tasks = [asyncio.create_task(worker(name)) for name in ["a", "b"]]
    await asyncio.sleep(0)
    semaphore.release()
    await semaphore.acquire()
    log("main")
    semaphore.release()
    await asyncio.gather(*tasks)


@scenario("semaphore: a waiter cancelled after being woken", "case 46; test_locks.SemaphoreTests.test_release_cancelled_before_awake…")
async def semaphore_cancel_woken(log):
    semaphore = asyncio.Semaphore(0)

    async def worker(name):
        await semaphore.acquire()
        log(name)

    a = asyncio.create_task(worker("a"))
    b = asyncio.create_task(worker("b"))
    await asyncio.sleep(0)
    semaphore.release()
    a.cancel()
    await asyncio.sleep(0)
    log(a.done(), b.done())
    log(await asyncio.gather(a, b, return_exceptions=True), semaphore.locked())


@scenario("semaphore: several released at once", "test_locks.SemaphoreTests.test_acquire_fifo_order_2, _3")
async def semaphore_burst(log):
    semaphore = asyncio.Semaphore(0)

    async def worker(name):
        await semaphore.acquire()
        log(name)
        await asyncio.sleep(0)
        semaphore.release()

    tasks = [asyncio.create_task(worker(i)) for i in range(5)]
    await asyncio.sleep(0)
    semaphore.release()
    semaphore.release()
    log("released twice")
    tasks[1].cancel()
    log(await asyncio.gather(*tasks, return_exceptions=True), semaphore.locked())


@scenario("semaphore: all cancelled", "test_locks.SemaphoreTests.test_acquire_cancel, test_cancel_acquire_…")
async def semaphore_all_cancelled(log):
    semaphore = asyncio.Semaphore(1)
    await semaphore.acquire()

    async def worker(name):
        await semaphore.acquire()

    tasks = [asyncio.create_task(worker(i)) for i in range(3)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    semaphore.release()
    log(semaphore.locked())
    await asyncio.sleep(0)
    log(semaphore.locked(), [task.cancelled() for task in tasks])


@scenario("barrier: fills and empties", "case 49; test_locks.BarrierTests.test_barrier, test_filling_one_task")
async def barrier_fills(log):
    barrier = asyncio.Barrier(3)

    async def worker(name):
        index = await barrier.wait()
        log(name, index, barrier.n_waiting)

    tasks = [asyncio.create_task(worker(name)) for name in ["a", "b", "c"]]
    await asyncio.sleep(0)
    log("waiting", barrier.n_waiting, barrier.parties, barrier.broken)
    await asyncio.gather(*tasks)
    again = [asyncio.create_task(worker(name)) for name in ["d", "e", "f"]]
    await asyncio.gather(*again)


@scenario("barrier: more tasks than places", "test_locks.BarrierTests.test_draining_state, test_filling_…")
async def barrier_rounds(log):
    barrier = asyncio.Barrier(2)

    async def worker(name):
        for i in range(2):
            index = await barrier.wait()
            log(name, i, index)

    await asyncio.gather(*[worker(name) for name in ["a", "b", "c", "d"]])


@scenario("barrier: a cancelled waiter leaves without breaking it", "case 49; test_locks.BarrierTests.test_wait_task_with_cancel…")
async def barrier_cancel(log):
    barrier = asyncio.Barrier(2)
    a = asyncio.create_task(barrier.wait())
    await asyncio.sleep(0)
    a.cancel()
    await asyncio.sleep(0)
    log(barrier.n_waiting, barrier.broken)
    log(await asyncio.gather(barrier.wait(), barrier.wait()))


@scenario("barrier: abort", "case 49; test_locks.BarrierTests.test_abort_barrier")
async def barrier_abort(log):
    barrier = asyncio.Barrier(3)
    tasks = [asyncio.create_task(barrier.wait()) for i in range(2)]
    await asyncio.sleep(0)
    await barrier.abort()
    log(barrier.broken, await asyncio.gather(*tasks, return_exceptions=True))
    try:
        await barrier.wait()
    except asyncio.BrokenBarrierError as error:
        log(error)
    await barrier.reset()
    log(barrier.broken)


@scenario("barrier: reset", "test_locks.BarrierTests.test_reset_barrier, test_reset_barrier_while_tasks_waiting")
async def barrier_reset(log):
    barrier = asyncio.Barrier(3)

    async def worker(name):
        try:
            log(name, await barrier.wait())
        except asyncio.BrokenBarrierError as error:
            log(name, error)

    tasks = [asyncio.create_task(worker(name)) for name in ["a", "b"]]
    await asyncio.sleep(0)
    await barrier.reset()
    log(barrier.broken, barrier.n_waiting)
    more = [asyncio.create_task(worker(name)) for name in ["c", "d", "e"]]
    await asyncio.gather(*tasks)
    await asyncio.gather(*more)
    try:
        asyncio.Barrier(0)
    except ValueError as error:
        log(error)
