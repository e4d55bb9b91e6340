"""asyncio.eager_task_factory."""

import asyncio

from harness import Boom, scenario


def eager():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)


@scenario("the body runs inside createTask", "case 50")
async def inside(log):
    main = asyncio.current_task()
    seen = []

    async def child():
        seen.append(asyncio.current_task())
        log("child", asyncio.current_task() is main)
        await asyncio.sleep(0)
        log("child again", asyncio.current_task() is seen[0])

    eager()
    task = asyncio.create_task(child())
    log("after", asyncio.current_task() is main, seen[0] is task, task.done())
    await task


@scenario("done at once", "case 50")
async def at_once(log):
    async def child():
        return "value"

    eager()
    task = asyncio.create_task(child())
    log(task.done(), task.result(), await task)
    log(asyncio.all_tasks())


@scenario("gather of eager children is done at once", "case 50")
async def gathered(log):
    async def child(value):
        return value

    eager()
    whole = asyncio.gather(child(1), child(2))
    log(whole.done(), await whole)


@scenario("an eager child fails", "test_eager_task_factory")
async def fails(log):
    async def child():
        raise Boom("eager")

    eager()
    task = asyncio.create_task(child())
    log(task.done())
    try:
        await task
    except Boom as error:
        log(error)


@scenario("an eager child's error in a group", "case 50")
async def in_group(log):
    async def child():
        raise Boom("eager")

    eager()
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(child())
            log("body goes on")
            await asyncio.sleep(0)
            log("not reached")
    except ExceptionGroup as error:
        log(error, asyncio.current_task().cancelling())


@scenario("nested eager tasks", "test_eager_task_factory")
async def nested(log):
    async def leaf(parent):
        log("leaf", asyncio.current_task() is parent)
        await asyncio.sleep(0)
        log("leaf ends")

    async def branch():
        own = asyncio.current_task()
        log("branch")
        task = asyncio.create_task(leaf(own))
        log("branch again", asyncio.current_task() is own)
        await task

    eager()
    await asyncio.create_task(branch())


@scenario("an eager task cancels itself", "test_eager_task_factory")
async def cancels_itself(log):
    async def child():
        asyncio.current_task().cancel()
        await asyncio.sleep(0)
        log("not reached")

    eager()
    task = asyncio.create_task(child())
    log(task.done(), task.cancelling())
    try:
        await task
    except asyncio.CancelledError:
        log("cancelled")


@scenario("eager tasks over a queue", "test_eager_task_factory")
async def over_queue(log):
    queue = asyncio.Queue()

    async def consumer():
        log("got", await queue.get())

    async def producer():
        await queue.put("item")
        log("put")

    eager()
    a = asyncio.create_task(consumer())
    b = asyncio.create_task(producer())
    log(a.done(), b.done())
    await a


@scenario("waitFor, shield and timeouts with eager tasks", "test_waitfor, test_timeouts")
async def with_timeouts(log):
    async def slow():
        log("slow starts")
        await asyncio.sleep(10)

    eager()
    try:
        await asyncio.wait_for(asyncio.shield(slow()), 0.5)
    except TimeoutError:
        log("timeout", asyncio.get_running_loop().time())
    try:
        await asyncio.wait_for(slow(), 0)
    except TimeoutError:
        log("zero")


@scenario("a future that an eager child sets", "test_eager_task_factory.test_await_future_during_eager_step")
async def sets_future(log):
    future = asyncio.get_running_loop().create_future()

    async def sets(value):
        future.set_result(value)

    eager()
    task = asyncio.create_task(sets("my message"))
    log(task.done(), await future)


@scenario("an eager child that blocks", "test_eager_task_factory.test_block_after_eager_step")
async def blocks(log):
    async def child():
        await asyncio.sleep(0.1)
        return "finished"

    eager()
    task = asyncio.create_task(child())
    log(task.done(), await task, task.done())


@scenario("all tasks, with one that ends at once", "test_eager_task_factory.test_all_tasks_with_eager_completion")
async def all_at_once(log):
    seen = []

    async def child():
        seen.append(len(asyncio.all_tasks()))

    eager()
    task = asyncio.create_task(child())
    log(seen, task in asyncio.all_tasks(), len(asyncio.all_tasks()))


@scenario("all tasks, with one that blocks", "test_eager_task_factory.test_all_tasks_with_blocking")
async def all_blocking(log):
    loop = asyncio.get_running_loop()
    one = loop.create_future()
    two = loop.create_future()
    seen = []

    async def child():
        seen.append(len(asyncio.all_tasks()))
        await one
        two.set_result(None)

    eager()
    task = asyncio.create_task(child())
    log(seen, task in asyncio.all_tasks())
    one.set_result(None)
    await two
    log(task in asyncio.all_tasks())


@scenario("a chain of eager tasks", "test_eager_task_factory.BaseTaskCountingTests.test_awaitables_chain")
async def chain(log):
    async def link(depth):
        if depth == 0:
            return 0
        return 1 + await asyncio.create_task(link(depth - 1))

    log(await link(20))
    eager()
    log(await link(20), len(asyncio.all_tasks()))


@scenario("a tree of groups of eager tasks", "test_eager_task_factory.BaseTaskCountingTests.test_recursive_taskgroups")
async def tree_of_groups(log):
    count = []

    async def node(width, depth):
        count.append(depth)
        if depth == 0:
            return
        async with asyncio.TaskGroup() as group:
            for _ in range(width):
                group.create_task(node(width, depth - 1))

    eager()
    await node(3, 3)
    log(len(count), len(asyncio.all_tasks()))


@scenario("a tree of gathers of eager tasks", "test_eager_task_factory.BaseTaskCountingTests.test_recursive_gather")
async def tree_of_gathers(log):
    async def node(width, depth):
        if depth == 0:
            return 1
        results = await asyncio.gather(*[node(width, depth - 1) for _ in range(width)])
        return results[0] + results[-1]

    eager()
    log(await node(3, 3))
    log(await node(1, 5))
