"""asyncio.timeout and timeout_at."""

import asyncio

from harness import Boom, scenario


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
        async with asyncio.timeout(0) as scope:
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


@scenario("the outer is shorter", "case 25; test_timeouts.test_nested_timeouts_…")
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


@scenario("the inner is shorter", "test_timeouts.test_nested_timeouts_…inner")
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


@scenario("cancelled from outside in the turn of the deadline", "case 27; test_timeouts.test_foreign_cancel_doesnt_timeout_if_not_expired")
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


@scenario("cancelled from outside before the deadline", "test_timeouts.test_foreign_cancel_doesnt_timeout_if_not_expired")
async def outside_first(log):
    async def body():
        try:
            async with asyncio.timeout(1) as scope:
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


@scenario("reschedule after the block", "case 28; test_timeouts.test_timeout_already_entered, test_reschedule_…")
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


@scenario("the body swallows the timeout", "case 29; test_timeouts.test_timeout_expired_…")
async def swallows(log):
    scopes = []
    async with asyncio.timeout(0.5) as scope:
        scopes.append(scope)
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            log("swallowed")
    log(scopes[0].expired(), asyncio.current_task().cancelling())


@scenario("the body raises another error when cancelled", "test_timeouts.test_timeout_exception_cause")
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


@scenario("in a task that is being cancelled", "test_timeouts.test_timeout_in_cancelling_task…")
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


@scenario("a timeout around a group", "test_timeouts.test_timeout_taskgroup…")
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


@scenario("a timeout in a group's task", "test_taskgroups.test_taskgroup_21…")
async def in_group(log):
    async def worker():
        async with asyncio.timeout(0.5):
            await asyncio.sleep(10)

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(worker())
            await asyncio.sleep(10)
    except ExceptionGroup as error:
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
