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


@scenario(
    "lock: cancelled after being woken, the next gets it", "case 46; test_locks.LockTests.test_cancel_release_race"
)
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


@scenario(
    "lock: no overtaking between release and wake-up",
    "test_locks.LockTests.test_release_no_waiters",
)
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


@scenario("lock: all waiters cancelled, the lock can be taken at once", "test_locks")
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


@scenario(
    "condition: a cancelled wait gets the lock back first",
    "case 47; test_locks.ConditionTests.test_wait_cancel_contested",
)
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


@scenario(
    "condition: cancelled again while it gets the lock back", "test_locks.ConditionTests.test_wait_cancel_after_notify"
)
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


@scenario(
    "condition: a notify given to a cancelled waiter passes on",
    "case 47; test_locks.ConditionTests.test_cancelled_wakeup",
)
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


@scenario(
    "semaphore: release then acquire by the same task does not overtake",
    "case 46; test_locks.SemaphoreTests.test_acquire_fifo_order",
)
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


@scenario(
    "semaphore: a waiter cancelled after being woken",
    "case 46",
)
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


@scenario("semaphore: all cancelled", "test_locks.SemaphoreTests.test_acquire_cancel")
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


@scenario("barrier: more tasks than places", "test_locks.BarrierTests.test_draining_state")
async def barrier_rounds(log):
    barrier = asyncio.Barrier(2)

    async def worker(name):
        for i in range(2):
            index = await barrier.wait()
            log(name, i, index)

    await asyncio.gather(*[worker(name) for name in ["a", "b", "c", "d"]])


@scenario(
    "barrier: a cancelled waiter leaves without breaking it",
    "case 49",
)
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


@scenario("a lock whose woken waiter is cancelled", "test_locks.LockTests.test_finished_waiter_cancelled")
async def finished_waiter(log):
    lock = asyncio.Lock()
    await lock.acquire()

    async def take(name):
        await lock.acquire()
        log(name)

    first = asyncio.create_task(take("first"))
    await asyncio.sleep(0)
    second = asyncio.create_task(take("second"))
    first.cancel()
    lock.release()
    await asyncio.sleep(0)
    log(lock.locked(), first.cancelled())
    await second


@scenario("a lock keeps its turn through gather", "test_locks.LockTests.test_lock, test_lock_by_with_statement")
async def lock_by_gather(log):
    lock = asyncio.Lock()

    async def hold(name):
        async with lock:
            log(name, lock.locked())
            await asyncio.sleep(0)
            log(name, "leaves")

    await asyncio.gather(hold("a"), hold("b"), hold("c"))
    log(lock.locked())


@scenario("an event that is set, cleared and set", "test_locks.EventTests.test_wait_on_set, test_clear")
async def event_again(log):
    event = asyncio.Event()
    event.set()
    log(await event.wait(), event.is_set())
    event.clear()
    log(event.is_set())

    async def waits():
        await event.wait()
        log("woken")

    task = asyncio.create_task(waits())
    await asyncio.sleep(1)
    event.set()
    event.set()
    await task


@scenario("a condition's wait with a timeout", "test_locks.ConditionTests.test_timeout_in_block")
async def condition_timeout(log):
    condition = asyncio.Condition()
    async with condition:
        try:
            await asyncio.wait_for(condition.wait(), 0.5)
        except TimeoutError as error:
            log(error, condition.locked())
    log(condition.locked())


@scenario("a condition whose lock is given", "test_locks.ConditionTests.test_explicit_lock")
async def condition_lock(log):
    lock = asyncio.Lock()
    condition = asyncio.Condition(lock)

    async def waits():
        async with condition:
            await condition.wait()
            log("woken", lock.locked())

    task = asyncio.create_task(waits())
    await asyncio.sleep(0)
    await lock.acquire()
    log(condition.locked())
    condition.notify()
    lock.release()
    await task
    log(lock.locked())


@scenario(
    "a condition that nobody holds refuses",
    "test_locks.ConditionTests.test_wait_for_unacquired, test_notify_all_unacquired",
)
async def condition_unacquired(log):
    condition = asyncio.Condition()
    try:
        await condition.wait_for(lambda: False)
    except RuntimeError as error:
        log(error)
    try:
        condition.notify_all()
    except RuntimeError as error:
        log(error)


@scenario("a semaphore: cancelled before it is woken", "test_locks.SemaphoreTests.test_acquire_cancel_before_awoken")
async def semaphore_cancelled(log):
    semaphore = asyncio.Semaphore(0)
    tasks = [asyncio.create_task(semaphore.acquire()) for _ in range(4)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    tasks[1].cancel()
    semaphore.release()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    log([task.done() for task in tasks])
    tasks[3].cancel()
    await asyncio.sleep(0)


@scenario("a semaphore: release after a cancellation", "test_locks.SemaphoreTests.test_acquire_hang")
async def semaphore_hang(log):
    semaphore = asyncio.Semaphore(0)
    first = asyncio.create_task(semaphore.acquire())
    second = asyncio.create_task(semaphore.acquire())
    await asyncio.sleep(0)
    first.cancel()
    semaphore.release()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    log(semaphore.locked(), second.done())


@scenario("a semaphore: cancelled by the one who releases", "test_locks.SemaphoreTests.test_acquire_no_hang")
async def semaphore_no_hang(log):
    semaphore = asyncio.Semaphore(1)
    tasks = []

    async def holds():
        async with semaphore:
            await asyncio.sleep(0)
        tasks[1].cancel()

    async def waits():
        async with semaphore:
            log("not reached")

    tasks.append(asyncio.create_task(holds()))
    tasks.append(asyncio.create_task(waits()))
    log(await asyncio.gather(*tasks, return_exceptions=True))
    await asyncio.wait_for(semaphore.acquire(), 1)
    log("acquired")


@scenario("a semaphore's first value", "test_locks.SemaphoreTests.test_initial_value_zero, test_semaphore_value")
async def semaphore_values(log):
    log(asyncio.Semaphore(0).locked(), asyncio.Semaphore().locked(), asyncio.Semaphore(10).locked())
    try:
        asyncio.Semaphore(-1)
    except ValueError as error:
        log(error)
    bounded = asyncio.BoundedSemaphore(1)
    try:
        bounded.release()
    except ValueError as error:
        log(error)


@scenario(
    "a barrier: tasks that come again while it drains", "test_locks.BarrierTests.test_blocking_tasks_while_draining"
)
async def barrier_again(log):
    barrier = asyncio.Barrier(5)
    others = asyncio.Barrier(3)
    left = [2]

    async def child(name):
        log(name, await barrier.wait())
        if left[0] > 0:
            left[0] = left[0] - 1
            log(name, await barrier.wait())
        else:
            await others.wait()
            log(name, await barrier.wait())

    await asyncio.gather(*[child(name) for name in range(5)])


@scenario(
    "a barrier: reset when half are through", "test_locks.BarrierTests.test_reset_barrier_when_tasks_half_draining"
)
async def barrier_reset_half(log):
    barrier = asyncio.Barrier(5)
    through = []

    async def child(name):
        try:
            await barrier.wait()
        except asyncio.BrokenBarrierError as error:
            log(name, error)
            return
        through.append(name)
        log(name, len(through))
        if len(through) == 3:
            await barrier.reset()

    await asyncio.gather(*[child(name) for name in range(5)])
    log(barrier.n_waiting, barrier.broken)


@scenario(
    "a barrier: reset, and the tasks wait again",
    "test_locks.BarrierTests.test_reset_barrier_while_tasks_waiting_and_waiting_again",
)
async def barrier_reset_again(log):
    barrier = asyncio.Barrier(4)

    async def child(name):
        try:
            await barrier.wait()
        except asyncio.BrokenBarrierError as error:
            log(name, error)
        finally:
            log(name, await barrier.wait())

    async def last():
        async with barrier:
            log("last")

    tasks = [asyncio.create_task(child(name)) for name in range(3)]
    await asyncio.sleep(0)
    reset = asyncio.create_task(barrier.reset())
    await asyncio.sleep(0)
    task = asyncio.create_task(last())
    await asyncio.gather(*tasks)
    await task
    await reset
    log(barrier.broken, barrier.n_waiting)


@scenario("a barrier: reset by the last to leave", "test_locks.BarrierTests.test_reset_barrier_while_tasks_draining")
async def barrier_reset_draining(log):
    barrier = asyncio.Barrier(4)
    count = []

    async def child(name):
        await barrier.wait()
        count.append(name)
        if len(count) == 4:
            await barrier.reset()
            log(name, "reset")
        log(name, await barrier.wait())
        log(name, await barrier.wait())

    await asyncio.gather(*[child(name) for name in range(4)])
    log(barrier.broken, barrier.n_waiting)


@scenario(
    "a barrier: abort when half are through",
    "test_locks.BarrierTests.test_abort_barrier_when_tasks_half_draining_half_blocking",
)
async def barrier_abort_half(log):
    barrier = asyncio.Barrier(5)
    count = []

    async def child(name):
        try:
            await barrier.wait()
        except asyncio.BrokenBarrierError:
            log(name, "first")
            return
        count.append(name)
        if len(count) > 2:
            await barrier.abort()
            log(name, "aborts")
            return
        try:
            await barrier.wait()
        except asyncio.BrokenBarrierError:
            log(name, "second")

    await asyncio.gather(*[child(name) for name in range(5)])
    log(barrier.broken, barrier.n_waiting)


@scenario("a barrier: an error inside aborts it", "test_locks.BarrierTests.test_abort_barrier_when_exception")
async def barrier_error(log):
    barrier = asyncio.Barrier(4)

    async def child(name):
        try:
            async with barrier as index:
                if index == 2:
                    raise Boom("two")
            async with barrier:
                log("not reached")
        except asyncio.BrokenBarrierError as error:
            log(name, error)
        except Boom as error:
            log(name, error)
            await barrier.abort()

    await asyncio.gather(*[child(name) for name in range(4)])
    log(barrier.broken, barrier.n_waiting)


@scenario(
    "a barrier: aborted, reset and used again",
    "test_locks.BarrierTests.test_abort_barrier_when_exception_then_resetting",
)
async def barrier_abort_reset(log):
    one = asyncio.Barrier(4)
    two = asyncio.Barrier(4)

    async def child(name):
        try:
            if await one.wait() == 2:
                raise Boom("two")
            await one.wait()
            log("not reached")
        except asyncio.BrokenBarrierError as error:
            log(name, error)
        except Boom as error:
            log(name, error)
            await one.abort()
        if await two.wait() == 2:
            await one.reset()
        await two.wait()
        log(name, await one.wait())

    await asyncio.gather(*[child(name) for name in range(4)])
    log(one.broken, one.n_waiting)


@scenario("a barrier's parties", "test_locks.BarrierTests.test_barrier_parties")
async def barrier_parties(log):
    for parties in [0, -1]:
        try:
            asyncio.Barrier(parties)
        except ValueError as error:
            log(error)
    barrier = asyncio.Barrier(1)
    log(barrier.parties, barrier.n_waiting, await barrier.wait(), await barrier.wait())
