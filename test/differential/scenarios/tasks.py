"""asyncio.Task: steps, cancellation, names, misuse."""

import asyncio

from harness import Boom, Crash, scenario


@scenario("results, errors, states", "test_tasks.test_task_basics, test_other_loop_future")
async def basics(log):
    async def good():
        await asyncio.sleep(0)
        return "good"

    async def bad():
        await asyncio.sleep(0)
        raise Boom("bad")

    one, two = asyncio.create_task(good()), asyncio.create_task(bad())
    log(one.done(), two.done(), one.cancelling())
    log(await one, one.done(), one.cancelled(), one.exception())
    try:
        await two
    except Boom as error:
        log(error, two.done(), two.cancelled(), two.exception() is error)


@scenario("names", "test_tasks")
async def names(log):
    async def nothing():
        return None

    a = asyncio.create_task(nothing())
    b = asyncio.create_task(nothing(), name="chosen")
    log(asyncio.current_task().get_name(), a.get_name(), b.get_name())
    b.set_name("changed")
    log(b.get_name())
    c = asyncio.create_task(nothing())
    log(c.get_name())
    await asyncio.gather(a, b, c)


@scenario("a task refuses set_result and set_exception", "test_tasks")
async def refuses(log):
    async def nothing():
        return 1

    task = asyncio.create_task(nothing())
    try:
        task.set_result(1)
    except RuntimeError as error:
        log(error)
    try:
        task.set_exception(Boom())
    except RuntimeError as error:
        log(error)
    log(await task)
    try:
        asyncio.create_task(5)
    except TypeError as error:
        log(error)


@scenario("current task", "test_tasks.BaseCurrentLoopTests")
async def current(log):
    async def report(name):
        log(name, asyncio.current_task().get_name())
        await asyncio.sleep(0)
        log(name, asyncio.current_task().get_name())

    loop = asyncio.get_running_loop()
    loop.call_soon(lambda: log("callback", asyncio.current_task()))
    a = asyncio.create_task(report("a"))
    b = asyncio.create_task(report("b"))
    await a
    await b
    log(asyncio.current_task().get_name())


@scenario("all tasks", "test_tasks.BaseTaskIntrospectionTests")
async def all_tasks(log):
    async def nothing():
        await asyncio.sleep(0)

    a = asyncio.create_task(nothing())
    b = asyncio.create_task(nothing())
    log(asyncio.all_tasks())
    await a
    log(asyncio.all_tasks())
    await b
    log(asyncio.all_tasks(), len(asyncio.all_tasks()))


@scenario("cancelled before the first step: the body never runs", "case 9")
async def cancel_before(log):
    async def body():
        log("body")

    task = asyncio.create_task(body())
    log(task.cancel(), task.cancelled(), task.cancelling())
    try:
        await task
    except asyncio.CancelledError:
        log("cancelled", task.cancelled())


@scenario("cancel at a nested await: finally blocks innermost first", "case 10; test_tasks.test_cancel")
async def cancel_nested(log):
    async def inner():
        try:
            await asyncio.sleep(10)
        finally:
            log("inner")

    async def middle():
        try:
            await inner()
        finally:
            log("middle")

    async def outer():
        try:
            await middle()
        finally:
            log("outer")

    task = asyncio.create_task(outer())
    await asyncio.sleep(0)
    task.cancel()
    log("requested", task.cancelled())
    try:
        await task
    except asyncio.CancelledError:
        log(task.cancelled())


@scenario("a suppressed cancel", "case 11")
async def suppressed(log):
    async def stubborn():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            return "refused"

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    task.cancel()
    log(await task, task.cancelled(), task.cancelling())


@scenario("result set, then cancelled before the wake-up", "case 12")
async def result_then_cancel(log):
    future = asyncio.Future()

    async def wait():
        try:
            log(await future)
        except asyncio.CancelledError:
            log("cancelled, the result is lost")
            raise

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    future.set_result("lost")
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        log(task.cancelled())


@scenario("two cancels before a step: one delivery", "case 13")
async def two_cancels(log):
    async def body():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            log("once")
        await asyncio.sleep(0)
        log("went on")
        return asyncio.current_task().cancelling()

    task = asyncio.create_task(body())
    await asyncio.sleep(0)
    task.cancel()
    task.cancel()
    log(task.cancelling())
    log(await task)


@scenario("self-cancel, then return without an await", "case 14")
async def self_cancel(log):
    async def body():
        asyncio.current_task().cancel()
        return "value"

    task = asyncio.create_task(body())
    try:
        log(await task)
    except asyncio.CancelledError:
        log("cancelled", task.cancelled())


@scenario("self-cancel, then uncancel", "case 15; test_tasks.test_uncancel_resets_must_cancel")
async def self_uncancel(log):
    async def body():
        task = asyncio.current_task()
        task.cancel()
        log(task.cancelling(), task.uncancel(), task.uncancel())
        await asyncio.sleep(0)
        return "went on"

    log(await asyncio.create_task(body()))


@scenario("self-cancel, then an error", "test_tasks")
async def self_cancel_error(log):
    async def body():
        asyncio.current_task().cancel()
        raise Boom("instead")

    try:
        await asyncio.create_task(body())
    except Boom as error:
        log(error)


@scenario("awaiting a task that swallows the cancel", "case 16")
async def swallowed(log):
    async def inner():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            return "swallowed"

    async def outer():
        return await asyncio.create_task(inner())

    task = asyncio.create_task(outer())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    log(await task, task.cancelled(), task.cancelling())


@scenario("a second cancel interrupts an awaiting finally", "case 17")
async def cancel_finally(log):
    async def body():
        try:
            await asyncio.sleep(10)
        finally:
            log("cleaning")
            try:
                await asyncio.sleep(10)
                log("never")
            finally:
                log("interrupted")

    task = asyncio.create_task(body())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        log(task.cancelled(), task.cancelling())


@scenario("the message at the await and at the joiner", "case 18")
async def message(log):
    async def body():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError as error:
            log("at the await", error)
            raise

    task = asyncio.create_task(body())
    await asyncio.sleep(0)
    task.cancel("why")
    try:
        await task
    except asyncio.CancelledError as error:
        log("at the joiner", error)
    try:
        await task
    except asyncio.CancelledError as error:
        log("second joiner", error)


@scenario("messages: before the first step, twice, none", "test_tasks.test_cancel_with_message_before_starting_task")
async def messages(log):
    async def body():
        await asyncio.sleep(10)

    a = asyncio.create_task(body())
    a.cancel("first")
    a.cancel("second")
    b = asyncio.create_task(body())
    b.cancel()
    for task in [a, b]:
        try:
            await task
        except asyncio.CancelledError as error:
            log(error)


@scenario("a task awaits itself", "case 19; test_tasks.test_task_awaits_on_itself")
async def awaits_itself(log):
    async def body():
        try:
            await asyncio.current_task()
        except RuntimeError as error:
            log(error)
        return "went on"

    log(await asyncio.create_task(body()))


@scenario("another error while cancelled", "test_tasks")
async def error_instead(log):
    async def body():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            raise Crash("instead")

    task = asyncio.create_task(body())
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except Crash as error:
        log(error, task.cancelled(), task.cancelling())


@scenario("a CancelledError of the body's own", "test_tasks")
async def own_cancelled_error(log):
    async def body():
        raise asyncio.CancelledError("own")

    task = asyncio.create_task(body())
    try:
        await task
    except asyncio.CancelledError as error:
        log(error, task.cancelled(), task.cancelling())


@scenario("cancel a done task", "test_tasks")
async def cancel_done(log):
    async def body():
        return 1

    task = asyncio.create_task(body())
    await task
    log(task.cancel(), task.cancelled(), task.cancelling())


@scenario("cancel in a loop of awaits", "test_tasks")
async def cancel_loop(log):
    async def body():
        n = 0
        while True:
            try:
                await asyncio.sleep(1)
                n += 1
            except asyncio.CancelledError:
                log("after", n)
                if asyncio.current_task().cancelling() == 3:
                    raise

    task = asyncio.create_task(body())
    for i in range(3):
        await asyncio.sleep(2.5)
        log(i, task.cancel())
    try:
        await task
    except asyncio.CancelledError:
        log("cancelled", task.cancelling())


@scenario("cancel passes through a chain of tasks", "test_tasks")
async def cancel_chain(log):
    async def leaf():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError as error:
            log("leaf", error)
            raise

    async def parent(child):
        try:
            await child
        except asyncio.CancelledError as error:
            log(asyncio.current_task().get_name(), error)
            raise

    a = asyncio.create_task(leaf(), name="a")
    b = asyncio.create_task(parent(a), name="b")
    c = asyncio.create_task(parent(b), name="c")
    await asyncio.sleep(0)
    c.cancel("down")
    try:
        await c
    except asyncio.CancelledError as error:
        log("main", error)
    log(a.cancelled(), b.cancelled(), c.cancelled(), a.cancelling(), b.cancelling(), c.cancelling())


@scenario("a child cancels its parent", "test_tasks")
async def child_cancels_parent(log):
    async def child(parent):
        parent.cancel("from child")
        await asyncio.sleep(1)
        log("child ends")

    async def parent():
        task = asyncio.create_task(child(asyncio.current_task()))
        try:
            await task
        except asyncio.CancelledError as error:
            log("parent", error, task.done())
            raise

    task = asyncio.create_task(parent())
    try:
        await task
    except asyncio.CancelledError as error:
        log("main", error)
    await asyncio.sleep(2)


@scenario("exceptions cross awaits and can be handled half-way", "test_tasks")
async def half_way(log):
    async def leaf():
        await asyncio.sleep(0.25)
        raise Boom("leaf")

    async def middle():
        try:
            return await leaf()
        except Boom:
            log("middle")
            raise Crash("middle")
        finally:
            log("finally")

    try:
        await middle()
    except Crash as error:
        log(error)


@scenario("uncancel counts", "test_tasks.test_uncancel_basic, test_uncancel_structured_blocks")
async def uncancel_counts(log):
    async def body():
        task = asyncio.current_task()
        while True:
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                log("cancelling", task.cancelling())
                log("left", task.uncancel())
                if task.cancelling() == 0:
                    return "done"

    task = asyncio.create_task(body())
    await asyncio.sleep(0)
    task.cancel()
    task.cancel()
    task.cancel()
    await asyncio.sleep(0)
    log(task.cancelling(), task.done())
    task.cancel()
    await asyncio.sleep(0)
    task.uncancel()
    task.uncancel()
    task.cancel()
    log(await task, task.cancelling())


@scenario("a done callback of a task runs before a joiner that came later", "test_tasks")
async def callback_before_joiner(log):
    async def body():
        await asyncio.sleep(0)
        return 3

    task = asyncio.create_task(body())
    task.add_done_callback(lambda t: log("callback", t.result()))

    async def joiner():
        log("joiner", await task)

    other = asyncio.create_task(joiner())
    await asyncio.sleep(0)
    log("main", await task)
    await other


@scenario("a cancelled sleep takes its timer back", "test_tasks.test_sleep_cancel")
async def sleep_cancel(log):
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(asyncio.sleep(10, "result"))
    await asyncio.sleep(1)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        log(loop.time())


@scenario("finally may await and return a value over the cancellation", "test_tasks")
async def finally_returns(log):
    async def clean():
        await asyncio.sleep(0.5)
        return "cleaned"

    async def body():
        try:
            await asyncio.sleep(10)
        finally:
            log(await clean())
            await asyncio.sleep(0)
            log("still here")

    task = asyncio.create_task(body())
    await asyncio.sleep(1)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        log("cancelled", asyncio.get_running_loop().time())


@scenario("run_until_complete's error is main's", "test_runners.test_asyncio_run_raises")
async def main_raises(log):
    await asyncio.sleep(0.5)
    raise Boom("main")


@scenario("main cancels itself", "test_runners.RunTests")
async def main_cancels(log):
    asyncio.current_task().cancel("self")
    await asyncio.sleep(1)


@scenario("wait_for: a result of the very step that is cancelled", "test_tasks.test_yield_future_passes_cancel")
async def passes_cancel(log):
    waiter = asyncio.get_running_loop().create_future()

    async def inner():
        try:
            await waiter
        except asyncio.CancelledError as error:
            log("inner", error)
            raise

    async def outer():
        try:
            await inner()
        except asyncio.CancelledError as error:
            log("outer", error)

    task = asyncio.create_task(outer())
    await asyncio.sleep(0)
    task.cancel("why")
    await task
    log(waiter.cancelled(), task.cancelled(), task.cancelling())


@scenario(
    "cancelling a task cancels the future it awaits",
    "test_tasks.test_task_cancel_waiter_future, test_task_cancel_sleeping_task",
)
async def cancels_future(log):
    future = asyncio.get_running_loop().create_future()

    async def child():
        await future

    task = asyncio.create_task(child())
    await asyncio.sleep(0)
    log(task.cancel(), future.cancelled(), task.done())
    try:
        await task
    except asyncio.CancelledError:
        log("cancelled", task.cancelled())
    log(task.cancel())


@scenario("another error during a cancellation", "test_tasks.test_exception_chaining_after_await")
async def error_during_cancel(log):
    async def child():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            raise Boom("instead")

    task = asyncio.create_task(child())
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except Boom as error:
        log(error, task.cancelled(), task.cancelling())


@scenario("SystemExit during a cancellation ends the loop", "test_tasks.test_baseexception_during_cancel")
async def exit_during_cancel(log):
    async def child():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            log("exits")
            raise SystemExit()

    task = asyncio.create_task(child())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    log("not reached")


@scenario(
    "the current task of tasks that take turns",
    "test_tasks.test_current_task_with_interleaving_tasks, test_current_task",
)
async def interleaving(log):
    loop = asyncio.get_running_loop()
    one = loop.create_future()
    two = loop.create_future()
    loop.call_soon(lambda: log("in a callback", asyncio.current_task()))

    async def first():
        log(asyncio.current_task())
        await one
        log(asyncio.current_task())
        two.set_result(True)

    async def second():
        log(asyncio.current_task())
        one.set_result(True)
        await two
        log(asyncio.current_task())

    tasks = [asyncio.create_task(first(), name="first"), asyncio.create_task(second(), name="second")]
    await asyncio.wait(tasks)
    log(asyncio.current_task() in tasks)


@scenario(
    "tasks refuse results and other things than coroutines",
    "test_tasks.SetMethodsTest.test_set_result_causes_invalid_state, test_set_exception_causes_invalid_state, test_create_task_with_noncoroutine",
)
async def refusals(log):
    async def child():
        await asyncio.sleep(1)
        return 1

    task = asyncio.create_task(child())
    try:
        task.set_result(5)
    except RuntimeError as error:
        log(error)
    try:
        task.set_exception(Boom("x"))
    except RuntimeError as error:
        log(error)
    for wrong in [5, "text", child]:
        try:
            asyncio.create_task(wrong)
        except TypeError as error:
            log(error)
    log(await task)


@scenario(
    "what a task was made of",
    "test_tasks.test_get_coro, test_get_context, test_bare_create_named_task, test_bare_create_task",
)
async def made_of(log):
    async def child():
        return 1

    coroutine = child()
    task = asyncio.create_task(coroutine, name="named")
    log(task.get_coro() is coroutine, task.get_name(), await task)
    task.set_name("renamed")
    log(task.get_name(), asyncio.isfuture(task), asyncio.iscoroutine(coroutine), asyncio.iscoroutine(task))


@scenario("sleep: zero, below zero, and with a result", "test_tasks.SleepTests.test_sleep_zero")
async def sleeps(log):
    order = []

    async def other():
        order.append("other")

    asyncio.create_task(other())
    log(await asyncio.sleep(0, "zero"), order)
    log(await asyncio.sleep(-1, "below"), order, asyncio.get_running_loop().time())


@scenario("sleep: not a number", "test_tasks.test_sleep_when_delay_is_nan")
async def sleep_nan(log):
    try:
        await asyncio.sleep(float_nan())
    except ValueError as error:
        log(error)


def float_nan():
    huge = 1e308
    return (huge * 10) - (huge * 10)


@scenario(
    "a callback's error does not end the loop",
    "test_tasks.test_error_in_call_soon; test_events.HandleTests.test_callback_with_exception",
)
async def callback_error(log):
    loop = asyncio.get_running_loop()

    def broken():
        raise Boom("callback")

    loop.call_soon(broken)
    loop.call_later(1, broken)
    await asyncio.sleep(2)
    log("goes on")


@scenario("two tasks that await each other's future", "test_tasks")
async def handshake(log):
    loop = asyncio.get_running_loop()
    ping = loop.create_future()
    pong = loop.create_future()

    async def server():
        log("server got", await ping)
        pong.set_result("pong")

    async def client():
        ping.set_result("ping")
        log("client got", await pong)

    await asyncio.gather(server(), client())


@scenario("tasks are hashable and compare by identity", "test_events.TimerTests")
async def identity(log):
    async def child():
        await asyncio.sleep(1)

    tasks = [asyncio.create_task(child()) for _ in range(3)]
    log(len(asyncio.all_tasks()), len(set(tasks)), tasks[0] in asyncio.all_tasks())
    await asyncio.wait(tasks)
    log(len(asyncio.all_tasks()))


@scenario("tasks that wait for the gather that waits for them are cancelled", "random program 500443")
async def cancelled_cycle(log):
    tasks = []

    async def child():
        log("cancels itself", asyncio.current_task().cancel("self"))
        await tasks[0]

    async def parent():
        await asyncio.gather(child(), child(), return_exceptions=True)

    tasks.append(asyncio.create_task(parent()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    log("main ends")
