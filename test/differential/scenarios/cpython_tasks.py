"""CPython's cases for tasks, futures and eager tasks that the other scenarios do not tell."""

import asyncio
from contextvars import ContextVar, copy_context

from harness import Boom, both, scenario


async def value(result):
    await asyncio.sleep(0)
    return result


async def blocks(future):
    return await future


@scenario(
    "a task knows its loop, and may be made on the loop or by the function",
    "test_tasks.test_task_class, test_create_task_with_async_function; test_base_events.test_create_task, test_create_named_task_with_default_factory",
)
async def task_class(log):
    loop = asyncio.get_running_loop()
    one, two = asyncio.create_task(value(1)), loop.create_task(value(2), name="two")
    again = loop.create_task(value(3))
    log(one.get_loop() is loop, isinstance(two, asyncio.Task), two.get_name())
    log(await one, await two, await again)


@scenario("ensure_future on another loop than the future's", "test_tasks.test_ensure_future_error_msg")
async def ensure_other_loop(log):
    other = asyncio.new_event_loop()
    future = asyncio.get_running_loop().create_future()
    try:
        asyncio.ensure_future(future, loop=other)
    except ValueError as error:
        log(error)
    other.close()


@scenario("a task's name is a text", "test_tasks.test_task_set_name_pylong")
async def name_is_text(log):
    task = asyncio.create_task(value(1), name=987654321)
    log(task.get_name() == "987654321")
    task.set_name(123456789)
    log(task.get_name() == "123456789")
    await task


@scenario("cancelling() before and after", "test_tasks.test_cancelling")
async def cancelling(log):
    async def body():
        await asyncio.sleep(10)

    task = asyncio.create_task(body())
    log(task.cancelling(), task.cancel(), task.cancelling(), task.cancel(), task.cancelling())
    try:
        await task
    except asyncio.CancelledError:
        log(task.cancelled(), task.cancel(), task.cancelling())


@scenario(
    "the message of a cancellation at result() and at exception()",
    "test_tasks.test_cancel_with_message_then_future_result, test_cancel_with_message_then_future_exception",
)
async def message_at_result(log):
    for asks_result in [True, False]:
        for message in ["my message", ""]:
            task = asyncio.create_task(asyncio.sleep(10))
            await asyncio.sleep(0)
            task.cancel(message)
            await asyncio.wait([task])
            try:
                if asks_result:
                    task.result()
                else:
                    task.exception()
            except asyncio.CancelledError as error:
                log(error)


@scenario("an error raised from a cancellation keeps it as its cause", "test_tasks.test_cancellation_exception_context")
async def error_from_cancellation(log):
    loop = asyncio.get_running_loop()
    started = loop.create_future()

    async def sleeps():
        started.set_result(None)
        await asyncio.sleep(10)

    async def body():
        inner = asyncio.create_task(sleeps())
        await started
        loop.call_soon(inner.cancel, "msg")
        try:
            await inner
        except asyncio.CancelledError as error:
            log(error)
            raise Boom("instead")

    try:
        await asyncio.create_task(body())
    except Boom as error:
        log(error)


@scenario("cancelled at a sleep of zero", "test_tasks.test_cancel_yield")
async def cancel_at_zero(log):
    async def body():
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        log("not reached")

    task = asyncio.create_task(body())
    await asyncio.sleep(0)
    log(task.cancel())
    try:
        await task
    except asyncio.CancelledError:
        log(task.done(), task.cancelled())


@scenario(
    "a task and the future that it awaits are both cancelled", "test_tasks.test_cancel_both_task_and_inner_future"
)
async def both_cancelled(log):
    future = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(blocks(future))
    await asyncio.sleep(0)
    log(future.cancel(), task.cancel())
    try:
        await task
    except asyncio.CancelledError:
        log(task.cancelled(), future.cancelled())


@scenario(
    "a task catches its cancellation, and ignores it", "test_tasks.test_cancel_task_catching, test_cancel_task_ignoring"
)
async def catches(log):
    loop = asyncio.get_running_loop()

    async def body(one, two, goes_on):
        await one
        try:
            await two
        except asyncio.CancelledError:
            if not goes_on:
                return 42
        return await third

    for goes_on in [False, True]:
        one, two, third = loop.create_future(), loop.create_future(), loop.create_future()
        task = asyncio.create_task(body(one, two, goes_on))
        await asyncio.sleep(0)
        one.set_result(None)
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.sleep(0)
        log(two.cancelled(), task.done())
        third.set_result(12)
        log(await task, task.cancelled())


@scenario("a task cancels itself, and then awaits", "test_tasks.test_cancel_current_task")
async def cancels_itself(log):
    async def body():
        asyncio.current_task().cancel()
        log("still runs")
        await asyncio.sleep(100)
        log("not reached")

    task = asyncio.create_task(body())
    try:
        await task
    except asyncio.CancelledError:
        log(task.done(), task.cancelled(), task.cancel())


@scenario("a task cancels itself, and ends", "test_tasks.test_cancel_at_end")
async def cancels_at_end(log):
    async def body():
        asyncio.current_task().cancel()
        return 12

    task = asyncio.create_task(body())
    try:
        await task
    except asyncio.CancelledError:
        log(task.done(), task.cancelled(), task.cancel())


@scenario("a task that cancelled itself cancels what it awaits next", "test_tasks.test_cancel_awaited_task")
async def cancels_next(log):
    future = asyncio.get_running_loop().create_future()
    nested = []

    async def body():
        nested.append(asyncio.create_task(blocks(future)))
        await asyncio.sleep(0)
        asyncio.current_task().cancel()
        await nested[0]

    task = asyncio.create_task(body())
    try:
        await task
    except asyncio.CancelledError:
        log(task.cancelled(), nested[0].cancelled(), future.cancelled())


@scenario(
    "result() and exception() of a task that is cancelled, in the task that asks",
    "test_tasks.test_cancel_traceback_for_future_result, test_cancel_traceback_for_future_exception",
)
async def asked_in_task(log):
    async def nested():
        await asyncio.sleep(10)

    async def body(asks_result):
        task = asyncio.create_task(nested())
        await asyncio.sleep(0)
        task.cancel()
        done, pending = both(await asyncio.wait([task]))
        log(len(done), len(pending))
        if asks_result:
            return task.result()
        return task.exception()

    for asks_result in [True, False]:
        task = asyncio.create_task(body(asks_result))
        try:
            await task
        except asyncio.CancelledError as error:
            log(error, task.cancelled())


@scenario("a task refuses a result from outside, and ends with its own", "test_tasks.test_task_set_methods")
async def own_result(log):
    task = asyncio.create_task(value("own"))
    for attempt in [lambda: task.set_result("other"), lambda: task.set_exception(Boom())]:
        try:
            attempt()
        except RuntimeError as error:
            log(error)
    log(await task)


@scenario("a task has what its future gives", "test_tasks.test_step_result_future")
async def what_future_gives(log):
    future = asyncio.get_running_loop().create_future()
    results = []

    async def body():
        results.append(await future)

    task = asyncio.create_task(body())
    await asyncio.sleep(0)
    future.set_result("given")
    await asyncio.sleep(0)
    log(results, task.done(), task.result())


@scenario("as_completed wants a collection", "test_tasks.test_as_completed_invalid_args")
async def not_a_collection(log):
    future = asyncio.get_running_loop().create_future()
    coroutine = value(1)
    for wrong in [future, coroutine]:
        try:
            asyncio.as_completed(wrong)
        except TypeError as error:
            log(error)
    log(await coroutine)


@scenario("what a task sets stays its own", "test_tasks.test_context_1, test_context_2")
async def stays_its_own(log):
    variable = ContextVar("variable", default="nope")

    async def sub():
        await asyncio.sleep(0.125)
        log(variable.get())
        variable.set("something else")

    async def main():
        log(variable.get())
        task = asyncio.create_task(sub())
        variable.set("yes")
        log(variable.get())
        await task
        log(variable.get())

    await asyncio.create_task(main())
    log(variable.get())


@scenario("a future's callback has the context of whoever awaits", "test_tasks.test_context_2")
async def context_of_awaiter(log):
    variable = ContextVar("variable", default="nope")
    loop = asyncio.get_running_loop()

    async def main():
        future = loop.create_future()

        def done(f):
            log("callback", variable.get())
            variable.set("callback's")

        variable.set("before")
        future.add_done_callback(done)
        variable.set("after")
        loop.call_soon(lambda: future.set_result(None))
        await future
        log("main", variable.get())

    await asyncio.create_task(main())


@scenario("a hundred tasks with a context each", "test_tasks.test_context_3")
async def hundred_contexts(log):
    variable = ContextVar("variable", default=-1)

    async def sub(number):
        for i in range(10):
            variable.set(number + i)
            await asyncio.sleep(0)
            if variable.get() != number + i:
                log("mixed up", number, i)

    tasks = [asyncio.create_task(sub(number)) for number in range(100)]
    await asyncio.gather(*tasks)
    log(variable.get())


@scenario("a context that is given to two tasks", "test_tasks.test_context_4, test_context_5, test_context_6")
async def given_context(log):
    variable = ContextVar("variable", default=0)
    loop = asyncio.get_running_loop()

    async def sets(number):
        await asyncio.sleep(0)
        variable.set(number)

    context = copy_context()
    log(context.run(variable.get))
    await asyncio.create_task(sets(1), context=context)
    log(context.run(variable.get))
    await loop.create_task(sets(2), context=context)
    log(context.run(variable.get), variable.get())


@scenario(
    "callbacks are taken back before the result",
    "test_futures.test_callbacks_remove_first_callback, test_callbacks_remove_first_and_second_callback, test_callbacks_remove_third_callback",
)
async def callbacks_taken_back(log):
    loop = asyncio.get_running_loop()

    def first(f):
        log("first")

    def second(f):
        log("second")

    def third(f):
        log("third")

    for removed in [[first], [first, second], [third], [third, third]]:
        future = loop.create_future()
        for callback in [first, second, third]:
            future.add_done_callback(callback)
        log([future.remove_done_callback(callback) for callback in removed])
        future.set_result("foo")
        log("set")
        await asyncio.sleep(0)


@scenario(
    "callbacks run with a result and with an error",
    "test_futures.test_callbacks_invoked_on_set_result, test_callbacks_invoked_on_set_exception",
)
async def callbacks_run(log):
    loop = asyncio.get_running_loop()
    good, bad = loop.create_future(), loop.create_future()
    for future in [good, bad]:
        future.add_done_callback(lambda f: log("first", f.done()))
        future.add_done_callback(lambda f: log("second"))
    good.set_result("foo")
    await asyncio.sleep(0)
    bad.set_exception(Boom("bar"))
    await asyncio.sleep(0)
    log(good.result(), bad.exception())


@scenario(
    "a task that ended at once is not cancelled any more",
    "test_eager_task_factory.test_cancellation_after_eager_completion, test_eager_completion, test_eager_task_factory_set",
)
async def eager_not_cancelled(log):
    async def quick():
        return "without blocking"

    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    log(loop.get_task_factory() is asyncio.eager_task_factory)
    task = loop.create_task(quick())
    log(task.done(), task.cancel())
    log(await task, task.cancelled(), isinstance(task, asyncio.Task))


@scenario(
    "a task that began at once is cancelled where it waits",
    "test_eager_task_factory.test_cancellation_after_eager_step_blocks",
)
async def eager_cancelled(log):
    async def slow():
        await asyncio.sleep(0.125)
        return "after blocking"

    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    task = loop.create_task(slow())
    task.cancel("the message")
    log(task.cancelling())
    try:
        await task
    except asyncio.CancelledError as error:
        log(error)


@scenario("the current task of one that begins at once", "test_eager_task_factory.test_current_task")
async def eager_current(log):
    seen = []

    async def body():
        seen.append(asyncio.current_task())
        await asyncio.sleep(0.125)
        log(seen[0] is asyncio.current_task())

    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    task = loop.create_task(body())
    log(seen[0] is task)
    await task


@scenario("context variables of one that begins at once", "test_eager_task_factory.test_context_vars")
async def eager_context(log):
    variable = ContextVar("variable", default=0)

    async def body():
        log("first step", variable.get())
        variable.set(2)
        await asyncio.sleep(0.125)
        log("second step", variable.get())
        variable.set(3)

    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    variable.set(1)
    task = loop.create_task(body())
    log("creator", variable.get())
    await task
    log("creator", variable.get())
