"""Who runs when: the ready queue, callbacks, wake-ups."""

import asyncio

from harness import Boom, scenario, show


@scenario("one queue for callbacks and tasks", "case 1")
async def one_queue(log):
    loop = asyncio.get_running_loop()

    async def task():
        log("task")

    loop.call_soon(log, "a")
    asyncio.create_task(task())
    loop.call_soon(log, "b")
    log("sync")
    await asyncio.sleep(0)
    log("after")


@scenario("a callback's callback runs in the next turn", "case 2")
async def next_turn(log):
    loop = asyncio.get_running_loop()

    def a():
        log("a")
        loop.call_soon(log, "a2")

    loop.call_soon(a)
    loop.call_soon(log, "b")
    await asyncio.sleep(0)
    log("mid")
    await asyncio.sleep(0)
    log("end")


@scenario("awaiting what is done lets nobody else run", "case 3")
async def no_yield(log):
    async def other():
        log("other")

    async def immediate():
        return 5

    asyncio.create_task(other())
    future = asyncio.get_running_loop().create_future()
    future.set_result(1)
    log(await future)
    log(await immediate())
    log("before other")
    await asyncio.sleep(0)


@scenario("done callbacks run in order, by the loop", "case 4; test_futures.BaseFutureDoneCallbackTests")
async def done_callbacks(log):
    future = asyncio.get_running_loop().create_future()
    future.add_done_callback(lambda f: log("first", f.result()))
    future.add_done_callback(lambda f: log("second", f.done()))
    future.set_result(7)
    log("set")
    future.add_done_callback(lambda f: log("late"))
    await asyncio.sleep(0)
    log("end")


@scenario("two tasks on one future wake in the order of their awaits", "case 5")
async def two_on_one(log):
    future = asyncio.get_running_loop().create_future()

    async def wait(name):
        log(name, "waits")
        log(name, await future)

    tasks = [asyncio.create_task(wait("a")), asyncio.create_task(wait("b"))]
    await asyncio.sleep(0)
    future.set_result("x")
    log("setter goes on")
    await asyncio.gather(*tasks)


@scenario("a joiner resumes one turn after the child", "case 6")
async def join_turns(log):
    async def ticker():
        for i in range(4):
            log(f"t{i}")
            await asyncio.sleep(0)

    async def child():
        log("child")

    ticks = asyncio.create_task(ticker())
    await asyncio.create_task(child())
    log("joined")
    await ticks


@scenario("gather resumes its awaiter two turns after", "case 6")
async def gather_turns(log):
    async def ticker():
        for i in range(5):
            log(f"t{i}")
            await asyncio.sleep(0)

    async def child(name):
        log(name)

    ticks = asyncio.create_task(ticker())
    await asyncio.gather(child("a"), child("b"))
    log("joined")
    await ticks


@scenario("a chain of ten coroutines costs no turn", "case 7")
async def deep_chain(log):
    async def deep(n):
        if n == 0:
            await asyncio.sleep(0)
            return "bottom"
        return await deep(n - 1)

    async def ticker():
        for i in range(3):
            log(f"t{i}")
            await asyncio.sleep(0)

    ticks = asyncio.create_task(ticker())
    log(await deep(10))
    await ticks


@scenario("a lock goes round fairly", "case 8")
async def lock_order(log):
    lock = asyncio.Lock()

    async def worker(name):
        for i in range(2):
            async with lock:
                log(f"{name}{i}")
                await asyncio.sleep(0)

    await asyncio.gather(worker("a"), worker("b"), worker("c"))


@scenario("timers of one moment", "test_base_events.test__run_once")
async def same_moment(log):
    loop = asyncio.get_running_loop()
    when = loop.time() + 1
    for i in range(7):
        loop.call_at(when, log, i)
    await asyncio.sleep(2)


@scenario("timers run by time, then ready callbacks of the same turn", "test_events.test_call_later")
async def timers(log):
    loop = asyncio.get_running_loop()
    loop.call_later(0.5, log, "half")
    loop.call_later(0.25, log, "quarter")
    loop.call_later(1, log, "one")
    loop.call_soon(log, "soon")
    loop.call_later(0, log, "zero")
    loop.call_later(-1, log, "past")
    await asyncio.sleep(0.75)
    log("three quarters")
    await asyncio.sleep(0.5)
    log(loop.time())


@scenario("a cancelled handle never runs", "test_events.HandleTests")
async def cancelled_handles(log):
    loop = asyncio.get_running_loop()
    soon = loop.call_soon(log, "soon")
    later = loop.call_later(0.5, log, "later")
    soon.cancel()
    later.cancel()
    log(soon.cancelled(), later.cancelled(), later.when())
    await asyncio.sleep(1)
    later.cancel()
    log("end")


@scenario("a callback cancels the one behind it", "test_events")
async def cancel_behind(log):
    loop = asyncio.get_running_loop()
    handles = []

    def first():
        log("first")
        handles[0].cancel()

    loop.call_soon(first)
    handles.append(loop.call_soon(log, "second"))
    loop.call_soon(log, "third")
    await asyncio.sleep(0)


@scenario(
    "many cancelled timers leave the heap and the rest keep their order",
    "test_base_events.test__run_once_cancelled_event_cleanup",
)
async def purge_timers(log):
    loop = asyncio.get_running_loop()
    handles = [loop.call_later(1 + i / 64, log, i) for i in range(256)]
    for i in range(256):
        if i % 8 != 3:
            handles[i].cancel()
    await asyncio.sleep(8)
    log("end")


@scenario("an error in a callback reaches the handler and the next callback runs", "case 52")
async def callback_error(log):
    loop = asyncio.get_running_loop()

    def bad():
        raise Boom("bad")

    loop.call_soon(bad)
    loop.call_soon(log, "next")
    await asyncio.sleep(0)
    loop.call_later(0.5, bad)
    await asyncio.sleep(1)


@scenario("an error in a done callback reaches the handler", "test_futures")
async def done_callback_error(log):
    future = asyncio.get_running_loop().create_future()

    def bad(f):
        raise Boom("in callback")

    future.add_done_callback(bad)
    future.add_done_callback(lambda f: log("second"))
    future.set_result(1)
    log(await future)
    await asyncio.sleep(0)


@scenario("sleep with zero, negative, result", "test_tasks.test_sleep, test_sleep_cancel")
async def sleeps(log):
    log(await asyncio.sleep(0, "zero"))
    log(await asyncio.sleep(-1, "negative"))
    log(await asyncio.sleep(0.5, "half"))
    log(await asyncio.sleep(0))
    log(asyncio.get_running_loop().time())


@scenario("sleepers wake by time, then by order", "test_tasks.test_sleep")
async def sleepers(log):
    async def sleeper(name, delay):
        await asyncio.sleep(delay)
        log(name)

    await asyncio.gather(
        sleeper("c", 0.75),
        sleeper("a", 0.25),
        sleeper("b", 0.5),
        sleeper("a2", 0.25),
        sleeper("z", 0),
        sleeper("a3", 0.25),
    )


@scenario("a removed callback is not called", "test_futures.test_remove_done_callback")
async def removed_callbacks(log):
    future = asyncio.get_running_loop().create_future()

    def one(f):
        log("one")

    def two(f):
        log("two")

    future.add_done_callback(one)
    future.add_done_callback(two)
    future.add_done_callback(one)
    log(future.remove_done_callback(one), future.remove_done_callback(one))
    future.set_result(1)
    await asyncio.sleep(0)


@scenario("spawning from a task's step", "test_tasks.test_task_basics")
async def spawn_nested(log):
    async def leaf(name):
        log(name)

    async def branch(name):
        log(name)
        asyncio.create_task(leaf(f"{name}.1"))
        asyncio.create_task(leaf(f"{name}.2"))
        await asyncio.sleep(0)
        log(f"{name} end")

    asyncio.create_task(branch("x"))
    asyncio.create_task(branch("y"))
    for i in range(3):
        await asyncio.sleep(0)
        log(f"main {i}")


@scenario(
    "leftovers are cancelled at the end, and their finally runs",
    "case 53; test_runners.test_asyncio_run_cancels_hanging_tasks",
)
async def leftovers(log):
    async def hanging(name):
        try:
            await asyncio.sleep(1000)
        finally:
            log(name, "cleans up")
            await asyncio.sleep(0.5)
            log(name, "clean")

    asyncio.create_task(hanging("a"))
    asyncio.create_task(hanging("b"))
    await asyncio.sleep(0)
    log("main ends")


@scenario(
    "a leftover that fails while it is cancelled is reported",
    "test_runners.test_asyncio_run_reports_hanging_tasks_errors",
)
async def failing_leftover(log):
    async def hanging():
        try:
            await asyncio.sleep(1000)
        except asyncio.CancelledError:
            raise Boom("at shutdown")

    asyncio.create_task(hanging())
    await asyncio.sleep(0)


@scenario("waiting for what nobody sets", "a deadlock")
async def deadlock(log):
    future = asyncio.get_running_loop().create_future()
    try:
        await future
    except asyncio.CancelledError:
        log("cancelled at shutdown")
        raise


@scenario("show knows what a result is", "the harness")
async def result(log):
    log(show([1, None, True, Boom("x")]))
    return [1, "two", None]


@scenario("call_at on the loop's clock", "test_base_events.test_time_and_call_at, test_call_later_negative_delays")
async def clock(log):
    loop = asyncio.get_running_loop()
    handles = [
        loop.call_at(loop.time() + 1, log, "at"),
        loop.call_later(-1, log, "past"),
        loop.call_later(0, log, "zero"),
    ]
    log([handle.when() for handle in handles])
    await asyncio.sleep(2)
    log(loop.time())


@scenario("a timer is cancelled", "test_events.TimerTests.test_timer, test_when; HandleTests.test_handle")
async def cancelled_timer(log):
    loop = asyncio.get_running_loop()
    timer = loop.call_later(1, log, "not reached")
    soon = loop.call_soon(log, "not reached either")
    log(timer.cancelled(), soon.cancelled(), timer.when())
    timer.cancel()
    soon.cancel()
    timer.cancel()
    log(timer.cancelled(), soon.cancelled())
    await asyncio.sleep(2)


@scenario(
    "the loop refuses what it cannot call", "test_base_events.test_call_soon_non_callable, test_set_exc_handler_invalid"
)
async def not_callable(log):
    loop = asyncio.get_running_loop()
    for wrong in [5, "text"]:
        try:
            loop.set_exception_handler(wrong)
        except TypeError as error:
            log(error)
    log(loop.is_running(), loop.is_closed(), loop.get_debug())


@scenario("an exception handler of the program's own", "test_base_events.test_set_exc_handler_custom")
async def own_handler(log):
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()

    def handler(given, context):
        log("own", given is loop, context["exception"])

    def broken():
        raise Boom("callback")

    loop.set_exception_handler(handler)
    log(loop.get_exception_handler() is handler)
    loop.call_soon(broken)
    await asyncio.sleep(0)
    loop.set_exception_handler(before)
    loop.call_soon(broken)
    await asyncio.sleep(0)


@scenario(
    "a task factory of the program's own",
    "test_base_events.test_set_task_factory, test_create_named_task_with_custom_factory",
)
async def own_factory(log):
    loop = asyncio.get_running_loop()
    log(loop.get_task_factory())
    loop.set_task_factory(asyncio.eager_task_factory)
    log(loop.get_task_factory() is asyncio.eager_task_factory)

    async def child():
        log("eager")

    task = asyncio.create_task(child(), name="named")
    log(task.done(), task)
    loop.set_task_factory(None)
    task = asyncio.create_task(child())
    log(task.done())
    await task


@scenario(
    "a loop inside a loop",
    "test_base_events.RunningLoopTests.test_running_loop_within_a_loop; test_runners.RunTests.test_asyncio_run_from_running_loop",
)
async def loop_inside(log):
    loop = asyncio.get_running_loop()
    log(asyncio.get_event_loop() is loop)
    try:
        loop.run_forever()
    except RuntimeError as error:
        log(error)


@scenario("many timers of many moments", "test_base_events.test__run_once_schedule_handle, test_run_once")
async def many_timers(log):
    loop = asyncio.get_running_loop()
    for delay in [5, 1, 3, 2, 4]:
        loop.call_later(delay, log, "timer", delay)
    handles = [loop.call_later(100 + i, log, "never", i) for i in range(200)]
    for handle in handles:
        handle.cancel()
    await asyncio.sleep(3.5)
    log(loop.time())
    await asyncio.sleep(3.5)


@scenario(
    "left-over tasks fail while the run ends", "test_runners.RunTests.test_asyncio_run_reports_hanging_tasks_errors"
)
async def leftovers_fail(log):
    async def hangs():
        try:
            await asyncio.sleep(1000)
        finally:
            raise Boom("left over")

    asyncio.create_task(hangs())
    await asyncio.sleep(0)
    return 123


@scenario("what run gives back", "test_runners.RunTests.test_asyncio_run_return; RunnerTests.test_run")
async def gives_back(log):
    await asyncio.sleep(0)
    return "done"


@scenario("a task that cancels itself at the end of the run", "test_runners.RunTests.test_asyncio_run_without_uncancel")
async def cancels_at_end(log):
    async def child():
        while True:
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                log("stops", asyncio.current_task().cancelling())
                return "late"

    task = asyncio.create_task(child())
    await asyncio.sleep(0)
    log(task)
