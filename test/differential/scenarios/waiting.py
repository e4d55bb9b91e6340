"""gather, shield, wait, wait_for, as_completed."""

import asyncio

from harness import Boom, Crash, both, scenario, type_name


async def after(log, delay, value):
    try:
        await asyncio.sleep(delay)
    except asyncio.CancelledError:
        log(value, "cancelled")
        raise
    log(value, "ends")
    return value


async def fail(log, delay, error):
    await asyncio.sleep(delay)
    log("raises", error)
    raise error


# gather


@scenario("gather: results in the order of the arguments", "case 32")
async def gather_order(log):
    log(await asyncio.gather(after(log, 0.5, "a"), after(log, 0.25, "b"), after(log, 0, "c")))


@scenario("gather: the first error at once, siblings run on", "case 32; GatherTestsBase.test_one_exception")
async def gather_error(log):
    sibling = asyncio.create_task(after(log, 1, "sibling"))
    try:
        await asyncio.gather(sibling, fail(log, 0.25, Boom("first")), fail(log, 0.5, Crash("second")))
    except Boom as error:
        log(error, asyncio.get_running_loop().time())
    log(await sibling)


@scenario("gather: returnExceptions", "case 33; GatherTestsBase.test_return_exceptions")
async def gather_return(log):
    child = asyncio.create_task(after(log, 1, "child"))
    whole = asyncio.gather(child, fail(log, 0.25, Boom("x")), after(log, 0, "ok"), return_exceptions=True)
    await asyncio.sleep(0.5)
    child.cancel("stop")
    log(await whole)


@scenario("gather: cancelling it cancels the children", "case 33; CoroutineGatherTests.test_cancellation_broadcast")
async def gather_cancel(log):
    for keep in [False, True]:
        whole = asyncio.gather(after(log, 1, "a"), after(log, 2, "b"), return_exceptions=keep)
        await asyncio.sleep(0.5)
        log(whole.cancel("all"), whole.done())
        try:
            await whole
        except asyncio.CancelledError as error:
            log("cancelled", error, whole.cancelled())


@scenario("gather: one child cancelled", "case 34; FutureGatherTests.test_one_cancellation")
async def gather_child_cancelled(log):
    child = asyncio.create_task(after(log, 1, "child"))
    sibling = asyncio.create_task(after(log, 2, "sibling"))
    whole = asyncio.gather(child, sibling)
    await asyncio.sleep(0.5)
    child.cancel("one")
    try:
        await whole
    except asyncio.CancelledError as error:
        log(error, whole.cancelled(), whole.done(), sibling.done())
    await sibling


@scenario(
    "gather: the same twice, none, cancel when done",
    "case 35; test_tasks.CoroutineGatherTests.test_duplicate_coroutines",
)
async def gather_same(log):
    coro = after(log, 0, "once")
    log(await asyncio.gather(coro, coro))
    empty = asyncio.gather()
    log(empty.done(), empty.result(), empty.cancel())
    done = asyncio.gather(after(log, 0, "x"))
    await done
    log(done.cancel(), done.cancelled())


@scenario("gather: the task that awaits it is cancelled", "test_tasks.CoroutineGatherTests.test_cancellation_broadcast")
async def gather_awaiter(log):
    async def awaiter():
        try:
            await asyncio.gather(after(log, 5, "a"), after(log, 6, "b"))
        except asyncio.CancelledError as error:
            log("awaiter", error)
            raise

    task = asyncio.create_task(awaiter())
    await asyncio.sleep(1)
    task.cancel("outer")
    try:
        await task
    except asyncio.CancelledError as error:
        log("main", error)


@scenario("gather: a child that refuses to be cancelled", "test_tasks.CoroutineGatherTests.test_exception_marking")
async def gather_refusing(log):
    async def stubborn():
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            log("refuses")
        return "kept"

    whole = asyncio.gather(stubborn(), stubborn())
    await asyncio.sleep(1)
    whole.cancel()
    try:
        log(await whole)
    except asyncio.CancelledError:
        log("cancelled all the same", whole.cancelled())


@scenario("gather: done futures only", "test_tasks.FutureGatherTests.test_result_exception_one_cancellation")
async def gather_done(log):
    loop = asyncio.get_running_loop()
    a, b, c = loop.create_future(), loop.create_future(), loop.create_future()
    a.set_result(1)
    b.set_exception(Boom("b"))
    c.cancel()
    whole = asyncio.gather(a, b, c, return_exceptions=True)
    log(whole.done(), await whole)
    other = asyncio.gather(a, c)
    log(other.done(), other.cancelled(), type_name(other.exception()))


@scenario("gather: nested", "test_tasks.CoroutineGatherTests")
async def gather_nested(log):
    inner = asyncio.gather(after(log, 1, "a"), after(log, 2, "b"))
    outer = asyncio.gather(inner, after(log, 3, "c"))
    await asyncio.sleep(0.5)
    outer.cancel("nested")
    try:
        await outer
    except asyncio.CancelledError as error:
        log(error, inner.done(), inner.cancelled())


@scenario("gather: cancelled, with a last child that was cancelled before", "random program 101352")
async def gather_last_message(log):
    async def cancels_itself():
        asyncio.current_task().cancel("self")

    async def waits():
        await asyncio.sleep(10)

    whole = asyncio.gather(cancels_itself(), waits(), cancels_itself(), return_exceptions=True)
    await asyncio.sleep(1)
    whole.cancel("whole")
    try:
        await whole
    except asyncio.CancelledError as error:
        log(error)


@scenario("gather: errors after the first are retrieved", "test_tasks.test_exception_marking")
async def gather_marking(log):
    async def bad(i):
        raise Boom(i)

    try:
        await asyncio.gather(bad(1), bad(2), bad(3))
    except Boom as error:
        log(error)
    await asyncio.sleep(0)


# shield


@scenario("shield: the outer is cancelled, the inner ends", "case 31; test_tasks.test_shield_effect")
async def shield_outer(log):
    inner = asyncio.create_task(after(log, 1, "inner"))

    async def outer():
        try:
            await asyncio.shield(inner)
        except asyncio.CancelledError as error:
            log("outer", error)
            raise

    task = asyncio.create_task(outer())
    await asyncio.sleep(0.5)
    task.cancel("only outer")
    try:
        await task
    except asyncio.CancelledError:
        log(inner.done())
    log(await inner, inner.cancelling())


@scenario("shield: the inner is cancelled", "case 31; test_tasks.test_shield_cancel_inner")
async def shield_inner(log):
    inner = asyncio.create_task(after(log, 1, "inner"))

    async def outer():
        try:
            await asyncio.shield(inner)
        except asyncio.CancelledError as error:
            log("outer", error, asyncio.current_task().cancelling())

    task = asyncio.create_task(outer())
    await asyncio.sleep(0.5)
    inner.cancel("inner")
    await task


@scenario(
    "shield: result, error, done inner", "test_tasks.test_shield_result, test_shield_exception, test_shield_shortcut"
)
async def shield_results(log):
    log(await asyncio.shield(after(log, 0.5, "value")))
    try:
        await asyncio.shield(fail(log, 0.5, Boom("x")))
    except Boom as error:
        log(error)
    future = asyncio.Future()
    future.set_result(5)
    log(asyncio.shield(future) is future)


@scenario("shield: the inner fails after the outer was cancelled", "test_tasks")
async def shield_late_error(log):
    inner = asyncio.create_task(fail(log, 1, Boom("late")))
    outer = asyncio.shield(inner)
    outer.cancel()
    await asyncio.sleep(2)
    log(outer.cancelled(), inner.exception())


@scenario("shield in gather", "test_tasks.test_shield_gather, test_gather_shield")
async def shield_gather(log):
    inner = asyncio.create_task(after(log, 1, "shielded"))
    whole = asyncio.gather(asyncio.shield(inner), after(log, 1, "plain"))
    await asyncio.sleep(0.5)
    whole.cancel()
    try:
        await whole
    except asyncio.CancelledError:
        log("cancelled", inner.done())
    log(await inner)


@scenario("wait_for of a shield times out, the task survives", "case 31; test_waitfor.WaitForShieldTests")
async def shield_wait_for(log):
    task = asyncio.create_task(after(log, 1, "task"))
    try:
        await asyncio.wait_for(asyncio.shield(task), 0.5)
    except TimeoutError:
        log("timeout", task.done(), asyncio.current_task().cancelling())
    log(await task)


# wait


@scenario("wait: all", "test_tasks.test_wait")
async def wait_all(log):
    a = asyncio.create_task(after(log, 0.5, "a"), name="a")
    b = asyncio.create_task(after(log, 0.25, "b"), name="b")
    done, pending = both(await asyncio.wait([a, b]))
    log(done, pending, asyncio.get_running_loop().time())


@scenario("wait: FIRST_COMPLETED leaves the others", "case 36; test_tasks.test_wait_first_completed")
async def wait_first(log):
    a = asyncio.create_task(after(log, 0.5, "a"), name="a")
    b = asyncio.create_task(after(log, 0.25, "b"), name="b")
    done, pending = both(await asyncio.wait([a, b], return_when=asyncio.FIRST_COMPLETED))
    log(done, pending, a.cancelling())
    log(await a)


@scenario("wait: FIRST_EXCEPTION", "test_tasks.test_wait_first_exception, test_wait_first_exception_in_wait")
async def wait_exception(log):
    a = asyncio.create_task(after(log, 0.25, "a"), name="a")
    b = asyncio.create_task(fail(log, 0.5, Boom("b")), name="b")
    c = asyncio.create_task(after(log, 1, "c"), name="c")
    done, pending = both(await asyncio.wait([a, b, c], return_when=asyncio.FIRST_EXCEPTION))
    log(done, pending, b.exception())
    done, pending = both(await asyncio.wait([c], return_when=asyncio.FIRST_EXCEPTION))
    log(done, pending)


@scenario("wait: a timeout neither cancels nor raises", "case 36; test_tasks.test_wait_with_exception")
async def wait_timeout(log):
    a = asyncio.create_task(after(log, 0.25, "a"), name="a")
    b = asyncio.create_task(after(log, 1, "b"), name="b")
    done, pending = both(await asyncio.wait([a, b], timeout=0.5))
    log(done, pending, b.cancelling())
    done, pending = both(await asyncio.wait([a, b], timeout=0))
    log(done, pending)
    await b


@scenario("wait: cancelling it leaves its tasks running", "case 36")
async def wait_cancelled(log):
    a = asyncio.create_task(after(log, 1, "a"))

    async def waiter():
        try:
            await asyncio.wait([a])
        except asyncio.CancelledError as error:
            log("waiter", error)
            raise

    task = asyncio.create_task(waiter())
    await asyncio.sleep(0.5)
    task.cancel("w")
    try:
        await task
    except asyncio.CancelledError:
        log(a.done(), a.cancelling())
    log(await a)


@scenario("wait: bad arguments", "test_tasks.test_wait_errors")
async def wait_errors(log):
    try:
        await asyncio.wait([])
    except ValueError as error:
        log(error)
    task = asyncio.create_task(after(log, 0, "t"))
    try:
        await asyncio.wait([task], return_when="SOMETIMES")
    except ValueError as error:
        log(error)
    try:
        await asyncio.wait(task)
    except TypeError as error:
        log(error)
    coro = after(log, 0, "never")
    try:
        await asyncio.wait([coro])
    except TypeError as error:
        log(error)
    await task


@scenario("wait: duplicates and done tasks", "test_tasks.test_wait_duplicate_coroutines")
async def wait_duplicates(log):
    a = asyncio.create_task(after(log, 0, "a"), name="a")
    await a
    done, pending = both(await asyncio.wait([a, a, a]))
    log(done, pending, len(done))


# wait_for


@scenario("wait_for: in time", "test_waitfor")
async def wait_for_in_time(log):
    log(await asyncio.wait_for(after(log, 0.5, "value"), 1))
    log(await asyncio.wait_for(after(log, 0.5, "no limit"), None))
    future = asyncio.Future()
    future.set_result("done")
    log(await asyncio.wait_for(future, 0), await asyncio.wait_for(future, 1))


@scenario(
    "wait_for: the inner finally runs before TimeoutError",
    "case 20; test_waitfor.test_wait_for_waits_for_task_cancellation",
)
async def wait_for_timeout(log):
    async def inner():
        try:
            await asyncio.sleep(5)
        finally:
            log("cleaning")
            await asyncio.sleep(1)
            log("clean")

    try:
        await asyncio.wait_for(inner(), 0.5)
    except TimeoutError as error:
        log("timeout", asyncio.get_running_loop().time(), asyncio.current_task().cancelling(), error.__cause__)


@scenario("wait_for: the inner refuses and returns", "case 21")
async def wait_for_refused(log):
    async def inner():
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            return "value"

    log(await asyncio.wait_for(inner(), 0.5), asyncio.current_task().cancelling())
    task = asyncio.create_task(inner())
    log(await asyncio.wait_for(task, 0.5), task.cancelling())


@scenario(
    "wait_for: the inner raises another error",
    "case 22; test_waitfor.test_wait_for_reraises_exception_during_cancellation",
)
async def wait_for_other_error(log):
    async def inner():
        try:
            await asyncio.sleep(5)
        finally:
            raise Boom("instead")

    try:
        await asyncio.wait_for(inner(), 0.5)
    except Boom as error:
        log(error, asyncio.current_task().cancelling())


@scenario("wait_for: zero never starts the coroutine", "case 23")
async def wait_for_zero(log):
    for timeout in [0, -1]:
        try:
            await asyncio.wait_for(after(log, 0, "never"), timeout)
        except TimeoutError as error:
            log("timeout", timeout, error.__cause__)
    task = asyncio.create_task(after(log, 5, "task"))
    await asyncio.sleep(0)
    try:
        await asyncio.wait_for(task, 0)
    except TimeoutError:
        log(task.cancelled())


@scenario("wait_for: result and outer cancel in one turn", "case 24; test_waitfor.test_cancel_wait_for")
async def wait_for_race(log):
    future = asyncio.Future()

    async def outer():
        try:
            log(await asyncio.wait_for(future, 5))
        except asyncio.CancelledError:
            log("cancelled")
            raise

    task = asyncio.create_task(outer())
    await asyncio.sleep(0.5)
    future.set_result("result")
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        log(task.cancelled(), future.result())


@scenario("wait_for: cancelled from outside cancels the inner task", "test_waitfor.test_cancel_wait_for")
async def wait_for_cancelled(log):
    inner = asyncio.create_task(after(log, 5, "inner"))
    task = asyncio.create_task(asyncio.wait_for(inner, 10))
    await asyncio.sleep(0.5)
    task.cancel("out")
    try:
        await task
    except asyncio.CancelledError as error:
        log(error, inner.cancelled(), task.cancelled())


@scenario("wait_for: an inner TimeoutError of its own", "test_waitfor")
async def wait_for_own(log):
    async def inner():
        raise TimeoutError

    try:
        await asyncio.wait_for(inner(), 5)
    except TimeoutError as error:
        log("own", error.__cause__)


@scenario("wait_for: nested", "test_waitfor")
async def wait_for_nested(log):
    try:
        await asyncio.wait_for(asyncio.wait_for(after(log, 5, "x"), 2), 1)
    except TimeoutError:
        log("outer", asyncio.get_running_loop().time())
    try:
        await asyncio.wait_for(asyncio.wait_for(after(log, 5, "y"), 1), 2)
    except TimeoutError:
        log("inner", asyncio.get_running_loop().time())


@scenario("wait_for: a future that is cancelled by another", "test_waitfor")
async def wait_for_other_cancel(log):
    future = asyncio.Future()
    asyncio.get_running_loop().call_later(0.5, future.cancel)
    try:
        await asyncio.wait_for(future, 1)
    except asyncio.CancelledError:
        log("cancelled", asyncio.current_task().cancelling())


@scenario(
    "wait_for: cancelled during the cancel of a zero timeout",
    "test_waitfor.test_wait_for_timeout_less_then_0_or_0_future_done",
)
async def wait_for_zero_stubborn(log):
    async def stubborn():
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            await asyncio.sleep(1)
            return "late"

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    log(await asyncio.wait_for(task, 0), asyncio.get_running_loop().time())


# as_completed


@scenario("as_completed: plain iteration gives results in order of completion", "case 37; test_tasks.test_as_completed")
async def completed_plain(log):
    tasks = [asyncio.create_task(after(log, delay, delay)) for delay in [0.75, 0.25, 0.5]]
    for next_done in asyncio.as_completed(tasks):
        log("got", await next_done)


@scenario("as_completed: asynchronous iteration gives the tasks themselves", "case 37")
async def completed_async(log):
    a = asyncio.create_task(after(log, 0.75, "a"), name="a")
    b = asyncio.create_task(fail(log, 0.25, Boom("b")), name="b")
    async for task in asyncio.as_completed([a, b]):
        log("got", task, task is a, task.done())
    log(b.exception())


@scenario("as_completed: a timeout", "case 38; test_tasks.test_as_completed_with_timeout")
async def completed_timeout(log):
    a = asyncio.create_task(after(log, 0.25, "a"))
    b = asyncio.create_task(after(log, 5, "b"))
    for next_done in asyncio.as_completed([a, b], timeout=1):
        try:
            log("got", await next_done)
        except TimeoutError:
            log("timeout", b.done(), b.cancelling())
    log(await b)


@scenario("as_completed: a timeout in asynchronous iteration", "case 38; test_tasks.test_as_completed_with_timeout")
async def completed_async_timeout(log):
    a = asyncio.create_task(after(log, 0.25, "a"), name="a")
    b = asyncio.create_task(after(log, 5, "b"), name="b")
    try:
        async for task in asyncio.as_completed([a, b], timeout=1):
            log("got", task)
    except TimeoutError:
        log("timeout", asyncio.get_running_loop().time())
    log(await b)


@scenario("as_completed: errors, and a timeout that is not reached", "test_tasks.test_as_completed_with_unused_timeout")
async def completed_errors(log):
    tasks = [asyncio.create_task(fail(log, 0.5, Boom("x"))), asyncio.create_task(after(log, 0.25, "y"))]
    for next_done in asyncio.as_completed(tasks, timeout=5):
        try:
            log("got", await next_done)
        except Boom as error:
            log("error", error)
    await asyncio.sleep(10)


@scenario("as_completed: awaited concurrently", "test_tasks.test_as_completed_concurrent")
async def completed_concurrently(log):
    tasks = [asyncio.create_task(after(log, 0.5, "a")), asyncio.create_task(after(log, 0.25, "b"))]
    waits = [asyncio.create_task(one) for one in asyncio.as_completed(tasks)]
    log(sorted(await asyncio.gather(*waits)))


@scenario("wait_for: a result that is set in the same turn", "test_waitfor.test_wait_for_race_condition")
async def wait_for_race(log):
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    loop.call_soon(future.set_result, "ok")
    log(await asyncio.wait_for(future, 0.2))


@scenario("wait_for: the cancelled coroutine returns", "test_waitfor.test_wait_for_cancellation_race_condition")
async def wait_for_returns(log):
    async def inner():
        try:
            await asyncio.sleep(1)
        except asyncio.CancelledError as error:
            log(error)
        return 1

    log(await asyncio.wait_for(inner(), 0.1), asyncio.current_task().cancelling())


@scenario(
    "wait_for: zero waits until a running task has cleaned up",
    "test_waitfor.test_wait_for_waits_for_task_cancellation_w_timeout_0",
)
async def wait_for_zero_cleans(log):
    async def inner():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            await asyncio.sleep(0.1)
            raise
        finally:
            log("inner done")

    task = asyncio.create_task(inner())
    await asyncio.sleep(0.1)
    try:
        await asyncio.wait_for(task, 0)
    except TimeoutError as error:
        log(error, task.cancelled())


@scenario("wait_for: an inner task that ended when the waiter is cancelled", "test_waitfor.test_wait_for_issue86296")
async def wait_for_issue86296(log):
    async def inner():
        return "done"

    async def waits():
        await asyncio.wait_for(inner_task, 100)
        await asyncio.sleep(1)
        log("not reached")

    inner_task = asyncio.create_task(inner())
    task = asyncio.create_task(waits())
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError as error:
        log(error)
    log(inner_task.done(), await inner_task)


@scenario("wait_for: a shielded task with a timeout of zero", "test_waitfor.WaitForShieldTests.test_zero_timeout")
async def shield_zero(log):
    async def child():
        await asyncio.sleep(0.01)
        return "done"

    task = asyncio.create_task(child())
    shielded = asyncio.shield(task)
    try:
        await asyncio.wait_for(shielded, 0)
    except TimeoutError as error:
        log(error)
    log(task.done(), shielded.cancelled())
    await asyncio.sleep(0.1)
    log(task.done(), task.result())


@scenario("wait_for: a shielded task outlives the timeout", "test_waitfor.WaitForShieldTests.test_shielded_timeout")
async def shield_timeout(log):
    async def child():
        await asyncio.sleep(0.1)
        return "done"

    task = asyncio.create_task(child())
    try:
        await asyncio.wait_for(asyncio.shield(task), 0.01)
    except TimeoutError as error:
        log(error)
    log(task.done(), task.cancelled(), await task)


@scenario("wait_for: no timeout for a shielded task", "test_waitfor.WaitForShieldTests.test_none_timeout")
async def shield_none(log):
    async def child():
        await asyncio.sleep(0.1)
        return "done"

    task = asyncio.create_task(child())
    log(await asyncio.wait_for(asyncio.shield(task), None), task.done())


@scenario(
    "wait_for: a future that nobody sets", "test_waitfor.test_asyncio_wait_for_timeout, test_asyncio_wait_for_cancelled"
)
async def wait_for_future(log):
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    try:
        await asyncio.wait_for(future, 0.5)
    except TimeoutError as error:
        log(error, future.cancelled(), loop.time())
    other = loop.create_future()
    task = asyncio.create_task(asyncio.wait_for(other, 10))
    await asyncio.sleep(0)
    other.cancel("future")
    try:
        await task
    except asyncio.CancelledError as error:
        log(error, task.cancelled())


@scenario(
    "wait_for: blocks until the coroutine is done",
    "test_waitfor.test_wait_for_blocking, test_wait_for_cancel_suppressed",
)
async def wait_for_blocks(log):
    async def quick():
        return "quick"

    async def stubborn():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            return 42

    log(await asyncio.wait_for(quick(), None), await asyncio.wait_for(quick(), 5))
    log(await asyncio.wait_for(stubborn(), 0.1))


@scenario("wait_for: timeouts below zero", "test_waitfor.test_wait_for_timeout_less_then_0_or_0")
async def wait_for_below_zero(log):
    for timeout in [0, -1]:
        future = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait_for(future, timeout)
        except TimeoutError as error:
            log(timeout, error, future.cancelled())


@scenario("wait: tasks that end while their callbacks are due", "test_tasks.test_wait_really_done")
async def really_done(log):
    async def one():
        await asyncio.sleep(0)

    async def two():
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    a = asyncio.create_task(one())
    b = asyncio.create_task(two())
    done, pending = both(await asyncio.wait([b, a], return_when=asyncio.FIRST_COMPLETED))
    log(done, pending, a.done(), b.done())


@scenario("wait: a task that ends with the timeout", "test_tasks.test_wait_concurrent_complete, test_wait_with_timeout")
async def concurrent_complete(log):
    a = asyncio.create_task(asyncio.sleep(0.1))
    b = asyncio.create_task(asyncio.sleep(0.15))
    done, pending = both(await asyncio.wait([b, a], timeout=0.1))
    log(done, pending)
    done, pending = both(await asyncio.wait([b, a]))
    log(done, pending, asyncio.get_running_loop().time())


@scenario(
    "wait: an iterator of tasks, and what is refused",
    "test_tasks.test_wait_with_iterator_of_tasks, test_wait_generator, test_wait_invalid_args",
)
async def wait_iterator(log):
    a = asyncio.create_task(asyncio.sleep(0.1))
    b = asyncio.create_task(asyncio.sleep(0.15))
    done, pending = both(await asyncio.wait(reversed_tasks(a, b)))
    log(done, pending)
    for wrong in [[], [a, asyncio.sleep(1)]]:
        try:
            await asyncio.wait(wrong)
        except (ValueError, TypeError) as error:
            log(error)


def reversed_tasks(a, b):
    return [b, a]


@scenario("wait: a cancelled one leaves its task running", "test_tasks.test_yield_wait_does_not_shield_cancel")
async def wait_cancelled(log):
    loop = asyncio.get_running_loop()
    waiter = loop.create_future()

    async def inner():
        await waiter
        log("inner ends")

    async def outer():
        await asyncio.wait([asyncio.create_task(inner())])
        log("not reached")

    task = asyncio.create_task(outer())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        log("outer is cancelled")
    waiter.set_result(None)
    await asyncio.sleep(0)


@scenario("as_completed: begun again where it was left", "test_tasks.test_as_completed_resume_iterator")
async def resumed(log):
    async def child(i):
        return i

    iterator = asyncio.as_completed([child(0), child(1), child(2), child(3)])
    collected = []
    async for task in iterator:
        collected.append(await task)
        if len(collected) == 2:
            break
    log(len(collected))
    async for task in iterator:
        collected.append(await task)
    log(sorted(collected))


@scenario("as_completed: the first awaited gives the first result", "test_tasks.test_as_completed_reverse_wait")
async def reverse_wait(log):
    futures = list(asyncio.as_completed([asyncio.sleep(0.05, "a"), asyncio.sleep(0.1, "b")]))
    log(await futures[1], asyncio.get_running_loop().time())
    log(await futures[0], asyncio.get_running_loop().time())


@scenario("as_completed: a coroutine that is passed twice", "test_tasks.test_as_completed_duplicate_coroutines")
async def completed_duplicates(log):
    async def child(text):
        return text

    result = []
    ham = child("ham")
    for future in asyncio.as_completed([ham, ham, child("spam")]):
        result.append(await future)
    log(sorted(result))
    result = []
    ham = child("ham")
    async for future in asyncio.as_completed([ham, ham, child("spam")]):
        result.append(await future)
    log(sorted(result))


@scenario("as_completed: tasks that went in come out", "test_tasks.test_as_completed_same_tasks_in_as_out")
async def same_out(log):
    async def child(text):
        await asyncio.sleep(0)
        return text

    tasks = [asyncio.create_task(child("a")), asyncio.create_task(child("b"))]
    out = []
    async for task in asyncio.as_completed([tasks[0], child("c"), tasks[1]]):
        out.append("given" if task in tasks else "made")
    log(sorted(out))


@scenario("shield: its outer future is cancelled", "test_tasks.test_shield_cancel_outer")
async def shield_outer(log):
    inner = asyncio.get_running_loop().create_future()
    outer = asyncio.shield(inner)
    await asyncio.sleep(0)
    log(outer.cancel(), outer.cancelled(), inner.done())
    inner.set_result(5)
    await asyncio.sleep(0)
    log(outer.cancelled(), inner.result())


@scenario("gather: cancel after the children are done", "test_tasks.test_cancel_gather_1")
async def gather_cancel_done(log):
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    async def child():
        return await future

    gathered = asyncio.gather(child())
    await asyncio.sleep(0)
    future.add_done_callback(lambda f: log("cancel", gathered.cancel()))
    future.set_result(42)
    try:
        log(await gathered)
    except asyncio.CancelledError as error:
        log(error)


@scenario("gather: the message of a cancellation goes through", "test_tasks.test_cancel_gather_2")
async def gather_message(log):
    async def child():
        while True:
            await asyncio.gather(asyncio.sleep(0.05), return_exceptions=True)

    for message in ["", "my message"]:
        task = asyncio.create_task(child())
        await asyncio.sleep(0.2)
        task.cancel(message)
        try:
            await task
        except asyncio.CancelledError as error:
            log(error)


@scenario(
    "gather: results with exceptions among them",
    "test_tasks.GatherTestsBase.test_result_exception_success, test_success",
)
async def gather_success(log):
    loop = asyncio.get_running_loop()
    futures = [loop.create_future() for _ in range(3)]
    gathered = asyncio.gather(*futures, return_exceptions=True)
    futures[1].set_result("b")
    futures[0].set_exception(Boom("a"))
    await asyncio.sleep(0)
    log(gathered.done())
    futures[2].set_result("c")
    await asyncio.sleep(0)
    log(gathered.done(), gathered.result())


@scenario("gather: something that cannot be awaited", "test_tasks.CoroutineGatherTests.test_issue46672")
async def gather_refuses(log):
    async def child():
        return 1

    try:
        await asyncio.gather(child(), 5)
    except TypeError as error:
        log(error)


@scenario(
    "gather: of gathers, cancelled at the top",
    "test_tasks.FutureGatherTests, CoroutineGatherTests.test_cancellation_broadcast",
)
async def gather_of_gathers(log):
    async def child(name):
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError as error:
            log(name, error)
            raise

    top = asyncio.gather(asyncio.gather(child("a"), child("b")), child("c"))
    await asyncio.sleep(0)
    top.cancel("top")
    try:
        await top
    except asyncio.CancelledError as error:
        log("top", error)
