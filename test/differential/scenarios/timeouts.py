"""asyncio.timeout and timeout_at."""

import asyncio

from harness import Boom, Crash, scenario


@scenario("in time", "test_timeouts.test_timeout_not_called")
async def in_time(log):
    loop = asyncio.get_running_loop()
    scopes = []
    async with asyncio.timeout(10) as scope:
        scopes.append(scope)
        await asyncio.sleep(0.5)
        log(scope.when(), scope.expired())
    log(scope_state(scopes[0]), loop.time())


def scope_state(scope):
    return [scope.expired(), scope.when()]


@scenario("expires", "test_timeouts.test_timeout_basic, test_timeout_at_basic")
async def expires(log):
    loop = asyncio.get_running_loop()
    scopes = []
    try:
        async with asyncio.timeout(0.5) as scope:
            scopes.append(scope)
            await asyncio.sleep(10)
    except TimeoutError as error:
        log("timeout", loop.time(), error.__cause__)
    try:
        async with asyncio.timeout_at(loop.time() + 0.5) as scope:
            scopes.append(scope)
            await asyncio.sleep(10)
    except TimeoutError:
        log("timeout at", loop.time())
    log([scope_state(scope) for scope in scopes], asyncio.current_task().cancelling())


@scenario("null disables it", "test_timeouts.test_timeout_disabled, test_timeout_at_disabled")
async def disabled(log):
    async with asyncio.timeout(None) as scope:
        log(scope.when())
        await asyncio.sleep(100)
    async with asyncio.timeout_at(None) as scope:
        await asyncio.sleep(1)
        log(scope.expired())


@scenario("zero with an await", "test_timeouts.test_timeout_zero")
async def zero(log):
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(0):
            await asyncio.sleep(10)
    except TimeoutError:
        log("timeout", loop.time())
    try:
        async with asyncio.timeout(-1):
            await asyncio.sleep(0)
            log("after one turn")
            await asyncio.sleep(0)
            log("after two turns")
    except TimeoutError:
        log("negative")


@scenario("zero without an await in the body", "case 30; test_timeouts.test_timeout_zero_sleep_zero")
async def zero_no_await(log):
    scopes = []
    async with asyncio.timeout(0) as scope:
        scopes.append(scope)
        log("body")
    log(scopes[0].expired())
    await asyncio.sleep(0)
    log("later", asyncio.current_task().cancelling())


@scenario("zero with sleep(0)", "test_timeouts.test_timeout_zero_sleep_zero")
async def zero_sleep_zero(log):
    try:
        async with asyncio.timeout(0):
            await asyncio.sleep(0)
    except TimeoutError:
        log("timeout")


@scenario("the outer is shorter", "case 25")
async def outer_shorter(log):
    scopes = []
    try:
        async with asyncio.timeout(0.5) as outer:
            scopes.append(outer)
            try:
                async with asyncio.timeout(1) as inner:
                    scopes.append(inner)
                    await asyncio.sleep(10)
            except TimeoutError:
                log("wrong")
            except asyncio.CancelledError:
                log("inner sees a cancellation")
                raise
    except TimeoutError:
        log("outer", [scope.expired() for scope in scopes])


@scenario("the inner is shorter", "test_timeouts")
async def inner_shorter(log):
    async with asyncio.timeout(5):
        try:
            async with asyncio.timeout(0.5):
                await asyncio.sleep(10)
        except TimeoutError:
            log("inner", asyncio.current_task().cancelling())
        await asyncio.sleep(1)
        log("goes on")


@scenario("both deadlines in one turn", "case 26; test_timeouts.test_nested_timeouts_loop_busy")
async def same_turn(log):
    scopes = []
    try:
        async with asyncio.timeout(0.5) as outer:
            scopes.append(outer)
            try:
                async with asyncio.timeout(0.5) as inner:
                    scopes.append(inner)
                    await asyncio.sleep(10)
            except TimeoutError:
                log("inner")
    except TimeoutError:
        log("outer")
    log([scope.expired() for scope in scopes], asyncio.current_task().cancelling())


@scenario(
    "cancelled from outside in the turn of the deadline",
    "case 27; test_timeouts.test_foreign_cancel_doesnt_timeout_if_not_expired",
)
async def outside_and_deadline(log):
    async def body():
        try:
            async with asyncio.timeout(0.5):
                await asyncio.sleep(10)
        except TimeoutError:
            log("timeout")
        except asyncio.CancelledError:
            log("cancelled", asyncio.current_task().cancelling())
            raise

    task = asyncio.create_task(body())
    asyncio.get_running_loop().call_later(0.5, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        log("main")


@scenario(
    "cancelled from outside before the deadline", "test_timeouts.test_foreign_cancel_doesnt_timeout_if_not_expired"
)
async def outside_first(log):
    async def body():
        try:
            async with asyncio.timeout(1):
                await asyncio.sleep(10)
        except asyncio.CancelledError as error:
            log("cancelled", error)
            raise

    task = asyncio.create_task(body())
    await asyncio.sleep(0.5)
    task.cancel("out")
    try:
        await task
    except asyncio.CancelledError:
        log("main")


@scenario("reschedule", "test_timeouts.test_timeout_after_cancellation, test_reschedule")
async def reschedule(log):
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(10) as scope:
            scope.reschedule(loop.time() + 0.5)
            log(scope.when())
            await asyncio.sleep(5)
    except TimeoutError:
        log("earlier", loop.time())
    async with asyncio.timeout(0.25) as scope:
        scope.reschedule(None)
        await asyncio.sleep(1)
        log("disabled", scope.when())
    try:
        async with asyncio.timeout(None) as scope:
            scope.reschedule(loop.time())
            await asyncio.sleep(1)
    except TimeoutError:
        log("now", loop.time())


@scenario("reschedule after the block", "case 28")
async def reschedule_late(log):
    scopes = []
    async with asyncio.timeout(10) as scope:
        scopes.append(scope)
    try:
        scopes[0].reschedule(1)
    except RuntimeError as error:
        log(error)
    created = asyncio.Timeout(1)
    try:
        created.reschedule(2)
    except RuntimeError as error:
        log(error)


@scenario("the body swallows the timeout", "case 29")
async def swallows(log):
    scopes = []
    async with asyncio.timeout(0.5) as scope:
        scopes.append(scope)
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            log("swallowed")
    log(scopes[0].expired(), asyncio.current_task().cancelling())


@scenario("the body raises another error when cancelled", "test_timeouts")
async def other_error(log):
    try:
        async with asyncio.timeout(0.5):
            try:
                await asyncio.sleep(10)
            finally:
                raise Boom("instead")
    except Boom as error:
        log(error, asyncio.current_task().cancelling())


@scenario("an error before the deadline", "test_timeouts.test_timeout_not_called")
async def early_error(log):
    try:
        async with asyncio.timeout(0.5):
            raise Boom("early")
    except Boom as error:
        log(error)
    await asyncio.sleep(1)
    log(asyncio.current_task().cancelling())


@scenario("in a task that is being cancelled", "test_timeouts")
async def in_cancelling(log):
    async def body():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            try:
                async with asyncio.timeout(0.5):
                    await asyncio.sleep(10)
            except TimeoutError:
                log("timeout while cancelling", asyncio.current_task().cancelling())
            raise

    task = asyncio.create_task(body())
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        log("cancelled", task.cancelling())


@scenario("a timeout around a group", "test_timeouts")
async def around_group(log):
    async def worker(name):
        try:
            await asyncio.sleep(10)
        finally:
            log(name, "ends")

    try:
        async with asyncio.timeout(0.5):
            async with asyncio.TaskGroup() as group:
                group.create_task(worker("a"))
                group.create_task(worker("b"))
    except TimeoutError:
        log("timeout", asyncio.current_task().cancelling())


@scenario("a timeout in a group's task", "test_taskgroups")
async def in_group(log):
    async def worker():
        async with asyncio.timeout(0.5):
            await asyncio.sleep(10)

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(worker())
            await asyncio.sleep(10)
    except ExceptionGroup as error:  # noqa: F821
        log(error, asyncio.current_task().cancelling())


@scenario("five timeouts in sequence", "test_timeouts")
async def sequence(log):
    for i in range(5):
        try:
            async with asyncio.timeout(0.25 * (i + 1)):
                await asyncio.sleep(0.75)
            log(i, "in time")
        except TimeoutError:
            log(i, "timeout")


@scenario("two deadlines of one moment", "test_timeouts.test_nested_timeouts")
async def one_moment(log):
    loop = asyncio.get_running_loop()
    scopes = []
    try:
        async with asyncio.timeout_at(1) as outer:
            scopes.append(outer)
            try:
                async with asyncio.timeout_at(1) as inner:
                    scopes.append(inner)
                    await asyncio.sleep(10)
            except asyncio.CancelledError as error:
                log("inner", error, loop.time())
                raise
    except TimeoutError:
        log("outer", loop.time())
    log([scope_state(scope) for scope in scopes], asyncio.current_task().cancelling())


@scenario("the awaiter sees a CancelledError", "test_timeouts.test_waiter_cancelled")
async def waiter_cancelled(log):
    try:
        async with asyncio.timeout(1):
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError as error:
                log("cancelled", error, asyncio.current_task().cancelling())
                raise
    except TimeoutError as error:
        log(error, asyncio.current_task().cancelling())


@scenario("a moment in the past", "test_timeouts.test_timeout_in_the_past_sleep_zero")
async def in_the_past(log):
    loop = asyncio.get_running_loop()
    await asyncio.sleep(20)
    scopes = []
    try:
        async with asyncio.timeout(-11) as scope:
            scopes.append(scope)
            await asyncio.sleep(0)
            log("not reached")
    except TimeoutError:
        log("timeout", loop.time())
    log(scope_state(scopes[0]))


@scenario("an error of the body's passes", "test_timeouts.test_foreign_exception_passed")
async def error_passes(log):
    scopes = []
    try:
        async with asyncio.timeout(1) as scope:
            scopes.append(scope)
            raise Boom("body")
    except Boom as error:
        log(error, scopes[0].expired())
    await asyncio.sleep(2)
    log("no timer left", asyncio.current_task().cancelling())


@scenario("an error while the timeout cancels", "test_timeouts.test_foreign_exception_on_timeout")
async def error_on_timeout(log):
    async def crash():
        try:
            await asyncio.sleep(10)
        finally:
            raise Boom("finally")

    scopes = []
    try:
        async with asyncio.timeout(1) as scope:
            scopes.append(scope)
            await crash()
    except Boom as error:
        log(error, scopes[0].expired(), asyncio.current_task().cancelling())


@scenario("errors within errors while the timeout cancels", "test_timeouts.test_foreign_exception_on_timeout_2")
async def errors_on_timeout(log):
    try:
        async with asyncio.timeout(1):
            try:
                try:
                    raise Boom("first")
                finally:
                    await asyncio.sleep(10)
            finally:
                raise Crash("last")
    except Crash as error:
        log(error, asyncio.current_task().cancelling())


@scenario("a finally that awaits", "test_timeouts.test_timeout_exception_context")
async def awaiting_finally(log):
    try:
        async with asyncio.timeout(1):
            try:
                raise Boom("body")
            finally:
                await asyncio.sleep(10)
                log("not reached")
    except TimeoutError as error:
        log(error, error.__cause__)


@scenario("a task around it is not cancelled", "test_timeouts.test_outer_task_is_not_cancelled")
async def outer_task(log):
    async def outer():
        try:
            async with asyncio.timeout(1):
                await asyncio.sleep(10)
        except TimeoutError:
            log("timeout")

    task = asyncio.create_task(outer())
    await task
    log(task.cancelled(), task.done(), task.cancelling())


@scenario("a timeout in the finally of a timeout", "test_timeouts.test_nested_timeout_in_finally")
async def nested_in_finally(log):
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(1):
            try:
                await asyncio.sleep(10)
            finally:
                try:
                    async with asyncio.timeout(1):
                        await asyncio.sleep(10)
                except TimeoutError as error:
                    log("inner", error.__cause__, loop.time())
    except TimeoutError as error:
        log("outer", error.__cause__, loop.time(), asyncio.current_task().cancelling())


@scenario("no rescheduling while it expires", "test_timeouts.test_timeout_expiring")
async def expiring(log):
    try:
        async with asyncio.timeout(1) as scope:
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                log("cancelled", scope.expired())
            try:
                scope.reschedule(20)
            except RuntimeError as error:
                log(error)
    except TimeoutError:
        log("timeout")


@scenario("rescheduled to earlier and to later", "test_timeouts.test_timeout_after_cancellation, test_reschedule")
async def rescheduled(log):
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(10) as scope:
            scope.reschedule(loop.time() + 1)
            log(scope.when())
            await asyncio.sleep(5)
    except TimeoutError:
        log("earlier", loop.time())
    async with asyncio.timeout(1) as scope:
        scope.reschedule(loop.time() + 10)
        await asyncio.sleep(5)
        log("later", loop.time())


@scenario("three levels, the middle one expires", "test_timeouts.test_nested_timeouts")
async def three_levels(log):
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(30):
        try:
            async with asyncio.timeout(1):
                async with asyncio.timeout(20):
                    await asyncio.sleep(100)
        except TimeoutError:
            log("middle", loop.time())
        await asyncio.sleep(5)
        log("outer goes on", loop.time())


@scenario(
    "cancelled from outside while the body cleans up after the timeout",
    "test_timeouts",
)
async def cancelled_meanwhile(log):
    async def child():
        try:
            async with asyncio.timeout(1):
                try:
                    await asyncio.sleep(10)
                finally:
                    log("cleaning")
                    await asyncio.sleep(5)
                    log("not reached")
        except BaseException as error:
            log("child", error, asyncio.current_task().cancelling())
            raise

    task = asyncio.create_task(child())
    await asyncio.sleep(3)
    task.cancel("outside")
    try:
        await task
    except BaseException as error:
        log("main", error, task.cancelled())


@scenario(
    "entered twice, and rescheduled after the end",
    "test_timeouts.test_timeout_double_enter, test_timeout_finished, test_timeout_expired",
)
async def reuse(log):
    scopes = []
    async with asyncio.timeout(0.5) as scope:
        scopes.append(scope)
    try:
        scopes[0].reschedule(1)
    except RuntimeError as error:
        log(error)
    try:
        async with asyncio.timeout(0.5) as late:
            scopes.append(late)
            await asyncio.sleep(10)
    except TimeoutError:
        log("timeout", scopes[1].expired())
    try:
        scopes[1].reschedule(1)
    except RuntimeError as error:
        log(error)


@scenario("cancelled again inside of a timeout", "test_timeouts.test_cancel_in_timeout_after_cancellation")
async def cancelled_again(log):
    async def body():
        try:
            asyncio.current_task().cancel()
            await asyncio.sleep(1)
        except asyncio.CancelledError:
            log("first")
        try:
            async with asyncio.timeout(1):
                asyncio.current_task().cancel()
                await asyncio.sleep(2)
        except asyncio.CancelledError:
            log("second", asyncio.current_task().cancelling())

    await asyncio.create_task(body())


@scenario("timers of one moment, where cancelled ones stood before them", "random program 701050")
async def after_cancelled_ones(log):
    async def child(name):
        async with asyncio.timeout(0.2):
            log(name, "begins")
        async with asyncio.timeout(0.3):
            await asyncio.sleep(0.1)
            log(name, "slept")

    async with asyncio.timeout(0.1):
        asyncio.get_running_loop().call_later(0, log, "later")
    await asyncio.gather(child("a"), child("b"), child("c"))
