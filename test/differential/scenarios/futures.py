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


@scenario("callbacks see the future done and may add others", "test_futures.BaseFutureDoneCallbackTests.test_add_done_callback…")
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


@scenario("ensure_future and isfuture", "test_tasks.test_ensure_future_…")
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


@scenario("a future of another loop", "case 19; test_tasks.test_wrong_loop")
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
