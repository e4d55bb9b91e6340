"""CPython's cases for task groups that the scenarios of taskgroups.py do not tell, and its cases for timeouts."""

import asyncio
from contextvars import ContextVar, copy_context

from harness import Boom, Crash, scenario


async def sleeps(log, name, delay):
    try:
        await asyncio.sleep(delay)
        log(name, "ends")
        return name
    except asyncio.CancelledError:
        log(name, "cancelled")
        raise


async def fails(delay, error):
    await asyncio.sleep(delay)
    raise error


async def fails_at_the_end(delay, error):
    try:
        await asyncio.sleep(delay)
    finally:
        raise error


async def cancelled_after(log, delay, body):
    """Runs a body as a task, cancels it, and tells how it ended."""
    task = asyncio.create_task(body)
    await asyncio.sleep(delay)
    log("done", task.done())
    task.cancel()
    try:
        log("result", await task)
    except asyncio.CancelledError as error:
        log(error, task.cancelled(), task.cancelling())
    except Exception as error:
        log(error, task.cancelled(), task.cancelling())


async def outcome(log, body):
    try:
        await body
    except BaseException as error:
        log(error, asyncio.current_task().cancelling())


@scenario("a task that joins a group late", "test_taskgroups.test_taskgroup_02")
async def late_task(log):
    async with asyncio.TaskGroup() as group:
        one = group.create_task(sleeps(log, "one", 0.25))
        await asyncio.sleep(0.125)
        two = group.create_task(sleeps(log, "two", 0.25))
    log(one.result(), two.result())


@scenario("a child that was cancelled before another joins", "test_taskgroups.test_taskgroup_03")
async def cancelled_then_late(log):
    async with asyncio.TaskGroup() as group:
        one = group.create_task(sleeps(log, "one", 1))
        await asyncio.sleep(0.125)
        one.cancel()
        two = group.create_task(sleeps(log, "two", 0.25))
    log(one.cancelled(), two.result())


@scenario("a child's error cancels the sibling, and nothing after the group runs", "test_taskgroups.test_taskgroup_04")
async def sibling_cancelled(log):
    tasks = []

    async def body():
        async with asyncio.TaskGroup() as group:
            group.create_task(fails(0.125, Boom("first")))
            tasks.append(group.create_task(sleeps(log, "sibling", 1)))
        log("not reached")

    await outcome(log, asyncio.create_task(body()))
    log(tasks[0].cancelled())


@scenario(
    "three children fail at one moment, the fourth and the body are cancelled",
    "test_taskgroups.test_cancel_children_on_child_error",
)
async def three_fail(log):
    async def body():
        async with asyncio.TaskGroup() as group:
            for i in range(3):
                group.create_task(fails(0.125, Boom(i)))
            group.create_task(sleeps(log, "fourth", 5))
            await sleeps(log, "body", 10)
        log("not reached")

    await outcome(log, asyncio.create_task(body()))


@scenario("five children of a group that is cancelled", "test_taskgroups.test_cancellation, test_taskgroup_22")
async def five_cancelled(log):
    async def body():
        async with asyncio.TaskGroup() as group:
            for i in range(5):
                group.create_task(sleeps(log, i, 5))

    await cancelled_after(log, 0.125, body())


@scenario("children and body of a group that is cancelled", "test_taskgroups.test_taskgroup_07")
async def body_and_children(log):
    async def body():
        async with asyncio.TaskGroup() as group:
            for i in range(5):
                group.create_task(sleeps(log, i, 5))
            await sleeps(log, "body", 10)

    await cancelled_after(log, 0.125, body())


@scenario("children that fail when their group is cancelled", "test_taskgroups.test_taskgroup_08")
async def fail_when_cancelled(log):
    async def body():
        async with asyncio.TaskGroup() as group:
            for i in range(5):
                group.create_task(fails_at_the_end(10, Boom(i)))
            await asyncio.sleep(10)

    await cancelled_after(log, 0.125, body())


@scenario("the body fails, before and after an await", "test_taskgroups.test_taskgroup_09, test_taskgroup_10")
async def body_fails(log):
    async def body(waits):
        async with asyncio.TaskGroup() as group:
            tasks.append(group.create_task(sleeps(log, "one", 1)))
            tasks.append(group.create_task(sleeps(log, "two", 2)))
            if waits:
                await asyncio.sleep(0.125)
            raise Boom("body")

    for waits in [True, False]:
        tasks = []
        await outcome(log, body(waits))
        log(waits, [task.cancelled() for task in tasks])


@scenario(
    "the inner of two groups fails when both are cancelled", "test_taskgroups.test_taskgroup_11, test_taskgroup_12"
)
async def inner_fails_cancelled(log):
    async def body(with_child):
        async with asyncio.TaskGroup() as outer:
            if with_child:
                outer.create_task(sleeps(log, "outer child", 10))
            async with asyncio.TaskGroup() as inner:
                for i in range(3):
                    inner.create_task(fails_at_the_end(10, Boom(i)))
                await asyncio.sleep(10)

    await cancelled_after(log, 0.125, body(False))
    await cancelled_after(log, 0.125, body(True))


@scenario(
    "a child of the outer of two groups fails, then one of the inner",
    "test_taskgroups.test_taskgroup_13, test_taskgroup_14",
)
async def outer_or_inner(log):
    async def body(outer_delay, inner_delay):
        async with asyncio.TaskGroup() as outer:
            outer.create_task(fails(outer_delay, Boom("outer")))
            async with asyncio.TaskGroup() as inner:
                inner.create_task(fails(inner_delay, Crash("inner")))

    await outcome(log, asyncio.create_task(body(0.125, 10)))
    await outcome(log, asyncio.create_task(body(10, 0.125)))


@scenario("a child fails while the cancelled body cleans up", "test_taskgroups.test_taskgroup_15, test_taskgroup_16")
async def fails_during_cleanup(log):
    async def body():
        async with asyncio.TaskGroup() as group:
            group.create_task(fails(0.25, Boom("child")))
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                await asyncio.sleep(0.5)
                log("cleaned")
                raise

    async def nested():
        await asyncio.create_task(body())

    await cancelled_after(log, 0.125, body())
    await cancelled_after(log, 0.125, nested())


@scenario("a group without tasks is cancelled", "test_taskgroups.test_taskgroup_17")
async def without_tasks(log):
    async def body():
        async with asyncio.TaskGroup():
            await sleeps(log, "body", 10)

    await cancelled_after(log, 0.125, body())


@scenario("a group without tasks is cancelled, and its body raises another error", "test_taskgroups.test_taskgroup_18")
async def without_tasks_error(log):
    async def body():
        async with asyncio.TaskGroup():
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                raise Boom("instead")

    await cancelled_after(log, 0.125, body())


@scenario("a child's error, and one of the body while it is cancelled", "test_taskgroups.test_taskgroup_19")
async def child_and_body(log):
    async def body():
        async with asyncio.TaskGroup() as group:
            group.create_task(fails(0.125, Boom("child")))
            await fails_at_the_end(10, Crash("body"))

    await outcome(log, asyncio.create_task(body()))


@scenario("KeyboardInterrupt in the body of a group goes through alone", "test_taskgroups.test_taskgroup_20")
async def interrupt_in_body(log):
    async def body():
        async with asyncio.TaskGroup() as group:
            group.create_task(fails(0.125, Boom("child")))
            await fails_at_the_end(10, KeyboardInterrupt())

    await outcome(log, body())


@scenario("children that end while the group is open", "test_taskgroups.test_taskgroup_23")
async def children_end(log):
    tasks = []
    async with asyncio.TaskGroup() as group:
        for i in range(10):
            await asyncio.sleep(0.125)
            tasks.append(group.create_task(asyncio.sleep(0.375)))
            log(i, len([task for task in tasks if not task.done()]))
        await asyncio.sleep(1.5)
        log(len([task for task in tasks if not task.done()]))
    log(asyncio.get_running_loop().time())


@scenario("a child starts two siblings", "test_taskgroups.test_taskgroup_24")
async def two_siblings(log):
    async def root(group):
        await asyncio.sleep(0.125)
        group.create_task(sleeps(log, "one", 0.125))
        group.create_task(sleeps(log, "two", 0.25))

    async with asyncio.TaskGroup() as group:
        group.create_task(root(group))
    log(asyncio.get_running_loop().time())


@scenario("a hydra of tasks and one that ends it", "test_taskgroups.test_taskgroup_25")
async def hydra_and_hercules(log):
    heads = []

    async def hydra(group):
        heads.append(1)
        await asyncio.sleep(0.125)
        group.create_task(hydra(group))
        group.create_task(hydra(group))

    async def hercules():
        while len(heads) < 10:
            await asyncio.sleep(0.1875)
        raise Boom("hercules")

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(hydra(group))
            group.create_task(hercules())
    except ExceptionGroup as error:
        log(error, len(heads))


@scenario(
    "names and contexts of a group's tasks", "test_taskgroups.test_taskgroup_task_name, test_taskgroup_task_context"
)
async def names_and_contexts(log):
    variable = ContextVar("variable", default=0)

    async def child(value):
        await asyncio.sleep(0)
        variable.set(value)

    async with asyncio.TaskGroup() as group:
        context = copy_context()
        named = group.create_task(child(1), name="yolo", context=context)
        log(named)
        await named
        log(context.run(variable.get), variable.get())
        await group.create_task(child(2), context=context)
        log(context.run(variable.get), variable.get())


@scenario("no task is added after a failure", "test_taskgroups.test_taskgroup_no_create_task_after_failure")
async def none_after_failure(log):
    async def stubborn(group):
        try:
            await asyncio.sleep(1)
        except asyncio.CancelledError:
            try:
                group.create_task(fails(1, Crash("never")))
            except RuntimeError as error:
                log(error)

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails(0.125, Boom("first")))
            group.create_task(stubborn(group))
    except ExceptionGroup as error:
        log(error, asyncio.current_task().cancelling())


@scenario(
    "a child fails, and so does the clean-up in the body", "test_taskgroups.test_taskgroup_context_manager_exit_raises"
)
async def cleanup_fails(log):
    async def main():
        try:
            async with asyncio.TaskGroup() as group:
                try:
                    group.create_task(fails(0, Boom("child")))
                    await asyncio.sleep(1)
                finally:
                    raise Crash("clean-up")
        except ExceptionGroup as error:
            log(error, asyncio.current_task().cancelling())

    await asyncio.create_task(main())


@scenario("a group is entered once", "test_taskgroups.test_taskgroup_already_entered, test_taskgroup_double_enter")
async def entered_once(log):
    group = asyncio.TaskGroup()
    await group.__aenter__()
    try:
        await group.__aenter__()
    except RuntimeError as error:
        log("inside", error)
    await group.__aexit__(None, None, None)
    try:
        await group.__aenter__()
    except RuntimeError as error:
        log("after", error)


@scenario(
    "no task of a group that was not entered, and none of one that is finished",
    "test_taskgroups.test_taskgroup_not_entered, test_taskgroup_finished",
)
async def not_entered(log):
    group = asyncio.TaskGroup()
    try:
        group.create_task(asyncio.sleep(0))
    except RuntimeError as error:
        log(error)
    await group.__aenter__()
    await group.__aexit__(None, None, None)
    try:
        group.create_task(asyncio.sleep(0))
    except RuntimeError as error:
        log(error)


@scenario("a group needs a task", "test_taskgroups.test_taskgroup_without_parent_task")
async def without_parent(log):
    done = asyncio.Event()

    def callback():
        group = asyncio.TaskGroup()
        try:
            group.__aenter__().send(None)
        except RuntimeError as error:
            log(error)
        try:
            group.create_task(asyncio.sleep(0))
        except RuntimeError as error:
            log(error)
        done.set()

    asyncio.get_running_loop().call_soon(callback)
    await done.wait()


@scenario("a group takes its cancellation back", "test_taskgroups.test_cancelling_level_preserved")
async def level(log):
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails(0, Boom("child")))
    except ExceptionGroup as error:
        log(error)
    log(asyncio.current_task().cancelling())


@scenario("a timeout is entered once", "test_timeouts.test_timeout_already_entered, test_timeout_double_enter")
async def timeout_once(log):
    scope = asyncio.Timeout(0.125)
    await scope.__aenter__()
    try:
        await scope.__aenter__()
    except RuntimeError as error:
        log("inside", error)
    await scope.__aexit__(None, None, None)
    try:
        await scope.__aenter__()
    except RuntimeError as error:
        log("after", error)


@scenario(
    "a timeout that was not entered, and one that has finished",
    "test_timeouts.test_timeout_not_entered, test_timeout_finished",
)
async def timeout_not_entered(log):
    scope = asyncio.Timeout(0.125)
    try:
        scope.reschedule(0.25)
    except RuntimeError as error:
        log(error)
    await scope.__aenter__()
    await scope.__aexit__(None, None, None)
    try:
        scope.reschedule(0.25)
    except RuntimeError as error:
        log(error)


@scenario(
    "two timeouts that have both run out when the loop comes to them", "test_timeouts.test_nested_timeouts_concurrent"
)
async def both_late(log):
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout_at(loop.time() - 1):
            try:
                async with asyncio.timeout_at(loop.time() - 0.5):
                    await asyncio.sleep(1)
            except TimeoutError as error:
                log("inner", error)
    except TimeoutError as error:
        log("outer", error)


@scenario(
    "a group whose task and whose body fail when the timeout around it cancels them",
    "test_timeouts.test_timeout_taskgroup",
)
async def timeout_and_group(log):
    try:
        async with asyncio.timeout(0.125):
            async with asyncio.TaskGroup() as group:
                group.create_task(fails_at_the_end(2, Crash("child")))
                try:
                    raise Boom("body")
                finally:
                    await asyncio.sleep(1)
    except ExceptionGroup as error:
        log(error, asyncio.current_task().cancelling())


@scenario("wait_for cancels a task that is late", "test_waitfor.test_wait_for")
async def wait_for_late(log):
    async def slow():
        try:
            await asyncio.sleep(100)
        finally:
            log("ends")
        return "done"

    task = asyncio.create_task(slow())
    try:
        await asyncio.wait_for(task, 0.125)
    except TimeoutError as error:
        log(error, task.done(), task.cancelled())


@scenario(
    "wait_for: a cancellation while the cancelled coroutine refuses", "test_waitfor.test_cancel_blocking_wait_for"
)
async def wait_for_blocking(log):
    async def refuses():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            log("refused")
            raise
        finally:
            log("finally")

    task = asyncio.create_task(asyncio.wait_for(refuses(), None))
    await asyncio.sleep(0)
    log(task.cancel())
    try:
        await task
    except asyncio.CancelledError:
        log("cancelled")


@scenario(
    "wait_for with no time does not begin its coroutine",
    "test_waitfor.test_wait_for_timeout_less_then_0_or_0_coroutine_do_not_started",
)
async def wait_for_nothing(log):
    async def body():
        log("began")

    for seconds in [0, -1]:
        try:
            await asyncio.wait_for(body(), seconds)
        except TimeoutError as error:
            log(error)
