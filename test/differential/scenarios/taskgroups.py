"""asyncio.TaskGroup."""

import asyncio

from harness import Boom, Crash, scenario


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


@scenario("waits for its tasks", "test_taskgroups.test_taskgroup_01, 02")
async def waits(log):
    tasks = []
    async with asyncio.TaskGroup() as group:
        tasks.append(group.create_task(after(log, 0.5, "a")))
        tasks.append(group.create_task(after(log, 0.25, "b"), name="named"))
        log("body ends", tasks[1])
    log([task.result() for task in tasks], asyncio.get_running_loop().time())


@scenario("an empty group", "test_taskgroups")
async def empty(log):
    async with asyncio.TaskGroup():
        log("body")
    log("after")


@scenario("a child fails", "case 39; test_taskgroups.test_taskgroup_03")
async def child_fails(log):
    async def body():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            log("body cancelled", asyncio.current_task().cancelling())
            raise

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail(log, 0.5, Boom("x")))
            group.create_task(after(log, 5, "sibling"))
            await body()
    except ExceptionGroup as error:
        log(error, asyncio.current_task().cancelling())
    await asyncio.sleep(0)
    log("goes on")


@scenario("a child fails while the group waits", "test_taskgroups")
async def child_fails_in_exit(log):
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail(log, 0.5, Boom("x")))
            group.create_task(after(log, 5, "sibling"))
            log("body ends")
    except ExceptionGroup as error:
        log(error, asyncio.current_task().cancelling())


@scenario("the parent is cancelled while the group waits", "case 40; test_taskgroups.test_taskgroup_11")
async def parent_cancelled(log):
    async def parent():
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(after(log, 5, "a"))
                group.create_task(after(log, 5, "b"))
        except asyncio.CancelledError as error:
            log("parent", error, asyncio.current_task().cancelling())
            raise

    task = asyncio.create_task(parent())
    await asyncio.sleep(0.5)
    task.cancel("stop")
    try:
        await task
    except asyncio.CancelledError:
        log("main")


@scenario("the parent is cancelled in the body", "test_taskgroups.test_taskgroup_09")
async def body_cancelled(log):
    async def parent():
        async with asyncio.TaskGroup() as group:
            group.create_task(after(log, 5, "a"))
            try:
                await asyncio.sleep(10)
            finally:
                log("body")

    task = asyncio.create_task(parent())
    await asyncio.sleep(0.5)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        log("main", task.cancelled())


@scenario("children fail while the parent is being cancelled", "case 41")
async def fail_while_cancelled(log):
    async def child():
        try:
            await asyncio.sleep(10)
        finally:
            raise Boom("in finally")

    async def parent():
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(child())
        except ExceptionGroup as error:
            log(error, asyncio.current_task().cancelling())
        try:
            await asyncio.sleep(0)
            log("not reached")
        except asyncio.CancelledError:
            log("next await", asyncio.current_task().cancelling())
            raise

    task = asyncio.create_task(parent())
    await asyncio.sleep(0.5)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        log("cancelled")


@scenario("nested groups", "case 42")
async def nested(log):
    try:
        async with asyncio.TaskGroup() as outer:
            outer.create_task(after(log, 5, "outer child"))
            async with asyncio.TaskGroup() as inner:
                inner.create_task(fail(log, 0.5, Boom("inner")))
                inner.create_task(after(log, 5, "inner child"))
    except ExceptionGroup as error:
        log(error)


@scenario("a nested group in a child", "test_taskgroups")
async def nested_child(log):
    async def child():
        async with asyncio.TaskGroup() as group:
            group.create_task(fail(log, 0.5, Boom("a")))
            group.create_task(fail(log, 0.5, Crash("b")))

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(child())
            group.create_task(fail(log, 0.5, Boom("c")))
    except ExceptionGroup as error:
        log(error)


@scenario("a child cancelled alone does not disturb the group", "case 42")
async def child_cancelled(log):
    async with asyncio.TaskGroup() as group:
        one = group.create_task(after(log, 5, "one"))
        group.create_task(after(log, 1, "two"))
        await asyncio.sleep(0.5)
        one.cancel()
    log("after")


@scenario("no tasks after the group", "case 42")
async def finished(log):
    groups = []
    async with asyncio.TaskGroup() as group:
        groups.append(group)
    try:
        groups[0].create_task(after(log, 0, "never"))
    except RuntimeError as error:
        log(error)
    fresh = asyncio.TaskGroup()
    try:
        fresh.create_task(after(log, 0, "never"))
    except RuntimeError as error:
        log(error)


@scenario("no tasks while it shuts down", "test_taskgroups")
async def shutting_down(log):
    async def late(group):
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            try:
                group.create_task(after(log, 0, "never"))
            except RuntimeError as error:
                log(error)
            raise

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(late(group))
            group.create_task(fail(log, 0.5, Boom("x")))
    except ExceptionGroup as error:
        log(error)


@scenario("the body's error cancels the children", "case 42")
async def body_error(log):
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(after(log, 5, "a"))
            await asyncio.sleep(0.5)
            raise Boom("body")
    except ExceptionGroup as error:
        log(error)


@scenario("the body raises before the children start", "case 43")
async def body_error_early(log):
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(after(log, 5, "never"))
            raise Boom("early")
    except ExceptionGroup as error:
        log(error)


@scenario("a child raises in finally during the abort", "case 43")
async def finally_error(log):
    async def child():
        try:
            await asyncio.sleep(10)
        finally:
            raise Crash("in finally")

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(child())
            group.create_task(fail(log, 0.5, Boom("first")))
    except ExceptionGroup as error:
        log(error)


@scenario("the body's error and a child's", "test_taskgroups.test_taskgroup_07")
async def both_errors(log):
    async def child():
        try:
            await asyncio.sleep(10)
        finally:
            raise Crash("child")

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(child())
            await asyncio.sleep(0.5)
            raise Boom("body")
    except ExceptionGroup as error:
        log(error)


@scenario("tasks that start tasks", "test_taskgroups")
async def grow(log):
    async def grow_more(group, depth):
        log("depth", depth)
        await asyncio.sleep(0.25)
        if depth < 3:
            group.create_task(grow_more(group, depth + 1))

    async with asyncio.TaskGroup() as group:
        group.create_task(grow_more(group, 0))
    log(asyncio.get_running_loop().time())


@scenario("a child that refuses to be cancelled", "test_taskgroups")
async def refusing(log):
    async def stubborn():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            log("refuses")
        await asyncio.sleep(1)
        return "value"

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(stubborn())
            group.create_task(fail(log, 0.5, Boom("x")))
    except ExceptionGroup as error:
        log(error, asyncio.get_running_loop().time())


@scenario("the body swallows the group's cancellation", "test_taskgroups")
async def body_swallows(log):
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail(log, 0.5, Boom("x")))
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                log("swallowed", asyncio.current_task().cancelling())
            await asyncio.sleep(1)
            log("body goes on")
    except ExceptionGroup as error:
        log(error, asyncio.current_task().cancelling())


@scenario("cancelled twice while it waits", "test_taskgroups")
async def cancelled_twice(log):
    async def slow():
        try:
            await asyncio.sleep(10)
        finally:
            await asyncio.sleep(2)
            log("cleaned")

    async def parent():
        async with asyncio.TaskGroup() as group:
            group.create_task(slow())

    task = asyncio.create_task(parent())
    await asyncio.sleep(0.5)
    task.cancel()
    await asyncio.sleep(0.5)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        log(task.cancelling(), asyncio.get_running_loop().time())


@scenario("split and subgroup", "the documentation of ExceptionGroup")
async def split(log):
    group = ExceptionGroup("outer", [Boom("a"), ExceptionGroup("inner", [Crash("b"), Boom("c")])])
    log(group.subgroup(Boom), group.subgroup(Crash), group.subgroup(TypeError))
    matching, rest = group.split(Boom)
    log(matching, rest)


@scenario("a group in a cancelled task", "test_taskgroups")
async def in_cancelled(log):
    async def body():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(fail(log, 0.25, Boom("x")))
            except ExceptionGroup as error:
                log(error, asyncio.current_task().cancelling())
            await asyncio.sleep(1)
            log("not reached")

    task = asyncio.create_task(body())
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        log("cancelled", task.cancelling())


@scenario("three fail in one turn", "test_taskgroups")
async def three_fail(log):
    try:
        async with asyncio.TaskGroup() as group:
            for i in range(3):
                group.create_task(fail(log, 0.5, Boom(i)))
    except ExceptionGroup as error:
        log(error)


@scenario("no task in a group that is finished", "test_taskgroups.test_coro_closed_when_tg_closed")
async def finished_group(log):
    async def child():
        log("not reached")

    groups = []
    async with asyncio.TaskGroup() as group:
        groups.append(group)
    try:
        groups[0].create_task(child())
    except RuntimeError as error:
        log(error)


@scenario("both of two nested groups fail", "test_taskgroups.test_nested_groups_both_cancelled")
async def both_fail(log):
    async def fails(error):
        await asyncio.sleep(0)
        raise error

    try:
        async with asyncio.TaskGroup() as outer:
            try:
                async with asyncio.TaskGroup() as inner:
                    inner.create_task(fails(Boom("inner")))
                    outer.create_task(fails(Crash("outer")))
            except ExceptionGroup as error:
                log("inner", error, asyncio.current_task().cancelling())
            log("after", asyncio.current_task().cancelling())
    except ExceptionGroup as error:
        log("outer", error, asyncio.current_task().cancelling())


@scenario("a child's error and a cancellation of one turn", "test_taskgroups.test_error_and_cancel")
async def error_and_cancel(log):
    event = asyncio.Event()

    async def fails():
        event.set()
        await asyncio.sleep(0)
        raise Boom("child")

    async def inner():
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(fails())
                await asyncio.sleep(1)
                log("not reached")
        except ExceptionGroup as error:
            log(error, asyncio.current_task().cancelling())
        log(asyncio.current_task().cancelling())
        await asyncio.sleep(1)
        log("not reached either")

    task = asyncio.create_task(inner())
    await event.wait()
    log(task.cancelling(), task.cancel(), task.cancelling())
    try:
        await task
    except asyncio.CancelledError:
        log("cancelled", task.cancelled())


@scenario("a group within a child of a group", "test_taskgroups")
async def group_in_child(log):
    async def leaf(name, delay):
        try:
            await asyncio.sleep(delay)
            log(name)
        except asyncio.CancelledError:
            log(name, "cancelled")
            raise

    async def branch(name):
        async with asyncio.TaskGroup() as group:
            group.create_task(leaf(f"{name}1", 1))
            group.create_task(leaf(f"{name}2", 5))

    async def fails():
        await asyncio.sleep(2)
        raise Boom("sibling")

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(branch("a"))
            group.create_task(branch("b"))
            group.create_task(fails())
    except ExceptionGroup as error:
        log(error, asyncio.get_running_loop().time())


@scenario("a timeout around a group", "test_timeouts")
async def timeout_around(log):
    async def child(name):
        try:
            await asyncio.sleep(10)
        finally:
            log(name, "ends")

    try:
        async with asyncio.timeout(1):
            async with asyncio.TaskGroup() as group:
                group.create_task(child("a"))
                group.create_task(child("b"))
    except TimeoutError as error:
        log(error, asyncio.get_running_loop().time(), asyncio.current_task().cancelling())


@scenario("a child that starts a sibling while the group ends", "test_taskgroups")
async def sibling(log):
    async def late():
        await asyncio.sleep(1)
        log("late")

    async def early(group):
        await asyncio.sleep(1)
        group.create_task(late())
        log("early")

    async with asyncio.TaskGroup() as group:
        group.create_task(early(group))
    log("ends", asyncio.get_running_loop().time())
