"""Context variables in tasks and callbacks."""

import asyncio
from contextvars import ContextVar, copy_context

from harness import scenario

variable = ContextVar("variable", default="default")


@scenario("a task copies the context when it is created", "case 51")
async def copies(log):
    async def child():
        log("child", variable.get())
        variable.set("child")
        await asyncio.sleep(0)
        log("child", variable.get())

    variable.set("main")
    task = asyncio.create_task(child())
    variable.set("changed")
    await task
    log("main", variable.get())


@scenario("callbacks run in the context of their registration", "case 51; test_futures")
async def callbacks(log):
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    variable.set("one")
    future.add_done_callback(lambda f: log("done", variable.get()))
    loop.call_soon(lambda: log("soon", variable.get()))
    loop.call_later(1, lambda: log("later", variable.get()))
    variable.set("two")
    future.set_result(None)
    await asyncio.sleep(2)
    log(variable.get())


@scenario("an explicit context", "test_taskgroups")
async def explicit(log):
    context = copy_context()
    context.run(variable.set, "inside")

    async def child():
        log(variable.get())
        variable.set("by child")

    await asyncio.create_task(child(), context=context)
    log(variable.get(), context.run(variable.get))
    asyncio.get_running_loop().call_soon(lambda: log("callback", variable.get()), context=context)
    async with asyncio.TaskGroup() as group:
        group.create_task(child(), context=context)
    log(context.get(variable))


@scenario("tokens restore", "test_context.ContextTest")
async def tokens(log):
    first = variable.set("a")
    second = variable.set("b")
    variable.reset(second)
    log(variable.get())
    variable.reset(first)
    log(variable.get())


@scenario("an awaited coroutine shares the context", "test_context")
async def shared(log):
    async def helper():
        variable.set("helper")

    await helper()
    log(variable.get())
    await asyncio.create_task(helper())
    variable.set("own")
    log(variable.get())


@scenario("gather and wait_for: which context", "test_tasks")
async def which(log):
    async def change(value):
        variable.set(value)
        return variable.get()

    variable.set("main")
    log(await asyncio.gather(change("x"), change("y")))
    log(variable.get())
    log(await asyncio.wait_for(change("z"), 1))
    log(variable.get())


@scenario("each of many tasks has its own value", "test_context.DecimalContextTest.test_asyncio_task_decimal_context")
async def own_values(log):
    async def child(value):
        variable.set(value)
        await asyncio.sleep(0.01 * value)
        log(value, variable.get())

    await asyncio.gather(child(3), child(1), child(2))
    log(variable.get())


@scenario("wait_for runs in the context of its caller", "test_tasks")
async def wait_for_context(log):
    async def child():
        log(variable.get())
        variable.set("child")

    variable.set("caller")
    await asyncio.wait_for(child(), 1)
    log(variable.get())
    async with asyncio.timeout(1):
        variable.set("in timeout")
    log(variable.get())


@scenario("a value is set in a group's body and by its children", "test_taskgroups")
async def group_context(log):
    async def child():
        log(variable.get())
        variable.set("child")

    variable.set("before")
    async with asyncio.TaskGroup() as group:
        group.create_task(child())
        variable.set("body")
        group.create_task(child())
    log(variable.get())


@scenario("reset gives the value from before", "test_context.ContextTest")
async def resets(log):
    one = variable.set("one")
    two = variable.set("two")
    variable.reset(two)
    log(variable.get())
    variable.reset(one)
    log(variable.get())
    try:
        variable.reset(one)
    except RuntimeError as error:
        log("twice", error)
