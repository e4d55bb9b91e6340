"""asyncio.Future: states, results, callbacks."""

import asyncio

from harness import Boom, scenario


@scenario("the life of a future", "test_futures.test_initial_state, test_result")
async def life(log):
    future = asyncio.Future()
    log(future.done(), future.cancelled())
    try:
        future.result()
    except asyncio.InvalidStateError as error:
        log(error)
    try:
        future.exception()
    except asyncio.InvalidStateError as error:
        log(error)
    future.set_result(42)
    log(future.done(), future.cancelled(), future.result(), future.exception())
    try:
        future.set_result(43)
    except asyncio.InvalidStateError as error:
        log("again", error)
    try:
        future.set_exception(Boom())
    except asyncio.InvalidStateError as error:
        log("error", error)
    log(future.cancel(), future.cancelled())


@scenario("a future with an exception", "test_futures.test_exception")
async def failing(log):
    future = asyncio.Future()
    future.set_exception(Boom("x"))
    log(future.done(), future.cancelled(), future.exception())
    for i in range(2):
        try:
            future.result()
        except Boom as error:
            log(i, error, error is future.exception())
    try:
        await future
    except Boom as error:
        log("awaited", error)


@scenario("an exception class is made an instance", "test_futures.test_exception_class")
async def exception_class(log):
    future = asyncio.Future()
    future.set_exception(Boom)
    log(future.exception())


@scenario("a cancelled future", "test_futures.test_cancel, test_future_cancel_message_setter")
async def cancelled(log):
    future = asyncio.Future()
    future.add_done_callback(lambda f: log("callback", f.cancelled()))
    log(future.cancel("why"), future.cancel("again"), future.done(), future.cancelled())
    for i in range(2):
        try:
            future.result()
        except asyncio.CancelledError as error:
            log("result", error)
    try:
        future.exception()
    except asyncio.CancelledError as error:
        log("exception", error)
    try:
        future.set_result(1)
    except asyncio.InvalidStateError as error:
        log(error)
    try:
        await future
    except asyncio.CancelledError as error:
        log("awaited", error)


@scenario("cancelling an awaited future cancels the awaiter", "test_tasks.test_cancel_inner_future")
async def awaiter_cancelled(log):
    future = asyncio.Future()

    async def wait():
        try:
            await future
        except asyncio.CancelledError as error:
            log("in task", error)
            return "survived"

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    future.cancel("fut")
    log(await task, task.cancelled(), task.cancelling())


@scenario("an exception wakes every awaiter", "test_futures.test_exception")
async def exception_for_all(log):
    future = asyncio.Future()

    async def wait(name):
        try:
            await future
        except Boom as error:
            log(name, error)

    tasks = [asyncio.create_task(wait("a")), asyncio.create_task(wait("b"))]
    await asyncio.sleep(0)
    future.set_exception(Boom("all"))
    await asyncio.gather(*tasks)


@scenario(
    "callbacks see the future done and may add others",
    "test_futures",
)
async def callbacks_add(log):
    future = asyncio.Future()

    def first(f):
        log("first", f.result())
        f.add_done_callback(lambda g: log("third", g is f))

    future.add_done_callback(first)
    future.add_done_callback(lambda f: log("second"))
    future.set_result(1)
    await asyncio.sleep(0)
    log("turn")
    await asyncio.sleep(0)


@scenario(
    "ensure_future and isfuture",
    "test_tasks.test_ensure_future_coroutine, test_ensure_future_future, test_ensure_future_task, test_ensure_future_neither",
)
async def ensure(log):
    async def coro():
        return "value"

    future = asyncio.Future()
    log(asyncio.ensure_future(future) is future, asyncio.isfuture(future), asyncio.isfuture(5))
    task = asyncio.ensure_future(coro())
    log(asyncio.isfuture(task), asyncio.ensure_future(task) is task, await task)
    try:
        asyncio.ensure_future("nothing")
    except TypeError as error:
        log(error)


@scenario("set in a turn, cancelled in the same turn", "test_futures.test_cancel")
async def set_then_cancel(log):
    future = asyncio.Future()

    async def wait():
        log(await future)

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    future.set_result("kept")
    log(future.cancel())
    await task


@scenario("a future of another loop", "case 19")
async def other_loop(log):
    loop = asyncio.new_event_loop()
    future = loop.create_future()
    try:
        await future
    except RuntimeError as error:
        log(error)
    try:
        asyncio.ensure_future(future, loop=asyncio.get_running_loop())
    except ValueError as error:
        log(error)
    loop.close()
    log(loop.is_closed())


@scenario(
    "callbacks removed by callbacks",
    "test_futures.BaseFutureDoneCallbackTests.test_remove_done_callbacks_list_mutation, test_schedule_callbacks_list_mutation_1",
)
async def removed_by_callbacks(log):
    future = asyncio.get_running_loop().create_future()

    def first(f):
        log("first", f.remove_done_callback(second))

    def second(f):
        log("second")

    future.add_done_callback(first)
    future.add_done_callback(second)
    future.add_done_callback(second)
    log(future.remove_done_callback(first))
    future.add_done_callback(first)
    future.set_result(1)
    await asyncio.sleep(0)


@scenario("one future awaited twice", "test_futures.test_yield_from_twice, test_iter")
async def awaited_twice(log):
    future = asyncio.get_running_loop().create_future()

    async def child():
        log("before")
        log(await future)
        log(await future)

    task = asyncio.create_task(child())
    await asyncio.sleep(0)
    future.set_result(42)
    await task


@scenario("set where it is not cancelled", "test_futures.test_set_result_unless_cancelled")
async def unless_cancelled(log):
    future = asyncio.get_running_loop().create_future()
    future.cancel()
    try:
        future.set_result(1)
    except asyncio.InvalidStateError as error:
        log(error)
    try:
        future.set_exception(Boom("late"))
    except asyncio.InvalidStateError as error:
        log(error)
    log(future.cancelled(), future.cancel())


@scenario("the message of a cancelled future", "test_futures.test_future_cancel_message_getter")
async def cancel_message(log):
    future = asyncio.get_running_loop().create_future()
    future.cancel("my message")
    for _ in range(2):
        try:
            await future
        except asyncio.CancelledError as error:
            log(error)
    try:
        future.result()
    except asyncio.CancelledError as error:
        log(error)


@scenario("ensure_future gives a future back", "test_futures.DuckTests.test_ensure_future, test_isfuture")
async def ensured(log):
    async def child():
        return 1

    future = asyncio.get_running_loop().create_future()
    log(asyncio.ensure_future(future) is future, asyncio.isfuture(future), asyncio.isfuture(5))
    task = asyncio.ensure_future(child())
    log(asyncio.ensure_future(task) is task, await task)


@scenario(
    "an exception that is looked at before it is thrown",
    "test_futures.test_tb_logger_exception_retrieved, test_tb_logger_exception_result_retrieved",
)
async def looked_at(log):
    future = asyncio.get_running_loop().create_future()
    error = Boom("kept")
    future.set_exception(error)
    log(future.exception() is error, future.done(), future.cancelled())
    for _ in range(2):
        try:
            await future
        except Boom as caught:
            log(caught is error)


@scenario("callbacks of a future that is cancelled", "test_futures.test_tb_logger_not_called_after_cancel")
async def cancelled_callbacks(log):
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    future.add_done_callback(lambda f: log("first", f.cancelled()))
    loop.call_soon(lambda: log("soon"))
    future.cancel()
    future.add_done_callback(lambda f: log("second", f.cancelled()))
    log("nothing yet")
    await asyncio.sleep(0)
