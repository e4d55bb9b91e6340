"""CPython's cases for threads and executors. The twin, threads.ts, is written by hand: there a function takes nothing along."""

import asyncio
import concurrent.futures
import time
import warnings

from harness import scenario


def add(a, b):
    return a + b


def fails():
    raise ValueError("in the thread")


@scenario(
    "a function in a thread",
    "test_threads.test_to_thread, test_to_thread_once, test_to_thread_args_kwargs, test_to_thread_exception",
)
async def in_thread(log):
    log(await asyncio.to_thread(add, 40, 2))
    log(await asyncio.to_thread(sum, [40, 2]))
    try:
        await asyncio.to_thread(fails)
    except ValueError as error:
        log(error)


@scenario("ten functions in threads", "test_threads.test_to_thread_concurrent")
async def ten_threads(log):
    log(await asyncio.gather(*[asyncio.to_thread(add, i, 1) for i in range(10)]))


@scenario(
    "a function in an executor, and one whose future is cancelled",
    "test_events.test_run_in_executor, test_run_in_executor_cancel",
)
async def in_executor(log):
    loop = asyncio.get_running_loop()
    with concurrent.futures.ThreadPoolExecutor(max_workers=1) as executor:
        log(await loop.run_in_executor(executor, add, 1, 2))
        log(await loop.run_in_executor(None, add, 3, 4))
        running = loop.run_in_executor(executor, time.sleep, 0.1)
        waiting = loop.run_in_executor(executor, add, 5, 6)
        waiting.cancel()
        try:
            await waiting
        except asyncio.CancelledError:
            log("cancelled")
        await running
        log(waiting.cancelled())


@scenario(
    "a future of an executor, wrapped",
    "test_futures.BaseFutureTests.test_wrap_future, test_wrap_future_future, test_wrap_future_cancel;"
    " test_futures.DuckTests.test_wrap_future",
)
async def wrapped(log):
    loop = asyncio.get_running_loop()
    with concurrent.futures.ThreadPoolExecutor(max_workers=1) as executor:
        log(await asyncio.wrap_future(executor.submit(add, 1, 2)))
        future = loop.create_future()
        log(asyncio.wrap_future(future) is future)
        busy = executor.submit(time.sleep, 0.1)
        job = executor.submit(add, 1, 2)
        outer = asyncio.wrap_future(job)
        outer.cancel()
        await asyncio.sleep(0)
        log(outer.cancelled(), job.cancelled())
        await asyncio.wrap_future(busy)


@scenario(
    "a default executor of one's own, and the end of it",
    "test_base_events.test_set_default_executor, test_shutdown_default_executor_timeout",
)
async def default_executor(log):
    loop = asyncio.get_running_loop()
    executor = concurrent.futures.ThreadPoolExecutor(max_workers=1, thread_name_prefix="own")
    loop.set_default_executor(executor)
    log(await loop.run_in_executor(None, add, 1, 2))
    slow = loop.run_in_executor(None, time.sleep, 0.5)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        await loop.shutdown_default_executor(timeout=0.01)
        log([str(warning.message).split()[:3] for warning in said if "joining" in str(warning.message)])
    try:
        loop.run_in_executor(None, add, 1, 2)
    except RuntimeError as error:
        log(error)
    await slow
