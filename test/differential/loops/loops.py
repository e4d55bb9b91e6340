"""Loops that are run and closed by hand. The twin, loops.ts, is written by hand: there a loop's run is a promise."""

import asyncio
import concurrent.futures
import logging

from harness import Boom, driven

MESSAGE_WORDS = 3


class Listening(logging.Handler):
    """What asyncio writes where nobody listens: the beginning of each message."""

    def __init__(self, log):
        super().__init__()
        self.log = log
        logging.getLogger("asyncio").addHandler(self)

    def emit(self, record):
        message = record.getMessage()
        self.log("written", " ".join(message.split()[:MESSAGE_WORDS]), "while handling" in message)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        logging.getLogger("asyncio").removeHandler(self)


def attempt(log, name, call):
    try:
        log(name, call())
    except BaseException as error:
        log(name, error)


async def nothing():
    pass


@driven(
    "a loop that is closed",
    "test_base_events.BaseEventLoopTests.test_close; test_events.EventLoopTestsMixin.test_close; test_base_events.test_create_task_error_closes_coro",
)
def closed(log, new_loop):
    loop = new_loop()
    future = loop.create_future()
    log(loop.is_closed())
    loop.close()
    loop.close()
    log(loop.is_closed(), loop.is_running())
    attempt(log, "run_forever", loop.run_forever)
    attempt(log, "run_until_complete", lambda: loop.run_until_complete(future))
    attempt(log, "call_soon", lambda: loop.call_soon(print))
    attempt(log, "call_soon_threadsafe", lambda: loop.call_soon_threadsafe(print))
    attempt(log, "call_later", lambda: loop.call_later(1, print))
    attempt(log, "call_at", lambda: loop.call_at(1, print))
    attempt(log, "create_task", lambda: loop.create_task(nothing()))
    attempt(log, "ensure_future", lambda: asyncio.ensure_future(nothing(), loop=loop))
    attempt(log, "add_signal_handler", lambda: loop.add_signal_handler(15, print))


@driven(
    "a loop that runs cannot be closed, nor run",
    "test_events.test_close_running_event_loop, test_run_until_complete_nesting; test_runners.test_asyncio_run_from_running_loop",
)
def while_running(log, new_loop):
    loop = new_loop()

    async def main():
        log(loop.is_running(), asyncio.get_running_loop() is loop)
        attempt(log, "close", loop.close)
        attempt(log, "run", lambda: asyncio.run(nothing()))
        future = loop.create_future()
        attempt(log, "run_until_complete", lambda: loop.run_until_complete(future))

    loop.run_until_complete(main())
    log(loop.is_running())
    loop.close()


@driven(
    "what a run until the end gives",
    "test_events.EventLoopTestsMixin.test_run_until_complete; test_base_events.test_run_until_complete_type_error, test_run_until_complete_loop",
)
def until_complete(log, new_loop):
    loop, other = new_loop(), new_loop()

    async def result():
        await asyncio.sleep(10)
        return "result"

    async def fails():
        await asyncio.sleep(10)
        raise Boom("error")

    log(loop.run_until_complete(result()), loop.time())
    attempt(log, "error", lambda: loop.run_until_complete(fails()))
    attempt(log, "no awaitable", lambda: loop.run_until_complete("blah"))
    future = loop.create_future()
    attempt(log, "other loop", lambda: other.run_until_complete(future))
    loop.call_soon(future.set_result, "set")
    log(loop.run_until_complete(future), loop.run_until_complete(future))
    loop.close()
    other.close()


@driven(
    "stopped before the end, and run on",
    "test_events.test_run_until_complete_stopped; test_tasks.test_stop_while_run_in_complete",
)
def stopped(log, new_loop):
    loop = new_loop()
    count = [0]

    async def body():
        while count[0] < 10:
            await asyncio.sleep(0.125)
            count[0] += 1
            if count[0] == 2:
                loop.stop()

    task = loop.create_task(body())
    attempt(log, "stopped", lambda: loop.run_until_complete(task))
    log(count, task.done(), loop.time())
    task.cancel()
    attempt(log, "cancelled", lambda: loop.run_until_complete(task))
    loop.close()


@driven(
    "callbacks of several runs",
    "test_base_events.BaseEventLoopTests.test_call_soon; test_events.EventLoopTestsMixin.test_call_soon; test_base_events.test_run_forever_pre_stopped, test__add_callback_handle, test__add_callback_cancelled_handle, test_call_later",
)
def several_runs(log, new_loop):
    loop = new_loop()
    handle = loop.call_soon(lambda: log("called"))
    never = loop.call_soon(lambda: log("never"))
    never.cancel()
    timer = loop.call_later(10, lambda: log("timer", loop.time()))
    log(isinstance(handle, asyncio.Handle), isinstance(timer, asyncio.TimerHandle), never.cancelled(), timer.when())
    loop.stop()
    loop.run_forever()
    log("stopped beforehand", loop.time())
    loop.call_later(20, loop.stop)
    loop.run_forever()
    log(loop.time())
    loop.call_soon(loop.stop)
    loop.call_soon(lambda: log("in the turn that stops"))
    loop.call_soon(lambda: loop.call_soon(lambda: log("in the next run")))
    loop.run_forever()
    log("between")
    loop.stop()
    loop.run_forever()
    loop.close()


@driven(
    "a fatal error ends a run, and the next one is not disturbed",
    "test_base_events.test_run_until_complete_loop_orphan_future_close_loop, test_run_until_complete_baseexception, test_run_forever_keyboard_interrupt",
)
def fatal(log, new_loop):
    loop = new_loop()
    loop.set_exception_handler(lambda loop, context: log("handler", context["message"]))

    async def sleeps(delay):
        await asyncio.sleep(delay)
        return delay

    def raises():
        raise SystemExit

    async def interrupted():
        raise KeyboardInterrupt

    loop.call_soon(raises)
    attempt(log, "exit", lambda: loop.run_until_complete(sleeps(0.125)))
    log(loop.is_running(), loop.run_until_complete(sleeps(0.25)))
    attempt(log, "interrupt", lambda: loop.run_until_complete(interrupted()))

    def stops():
        log("stops")
        loop.stop()

    loop.call_soon(lambda: loop.call_soon(stops))
    loop.run_forever()
    loop.close()


@driven(
    "what a broken callback and its handler write",
    "test_base_events.test_default_exc_handler_callback, test_default_exc_handler_broken, test_set_exc_handler_broken",
)
def broken_handlers(log, new_loop):
    def fails():
        raise Boom("callback")

    def run(loop):
        loop.call_soon(fails)
        loop.call_later(1, fails)
        loop.call_later(2, loop.stop)
        loop.run_forever()
        loop.close()

    class Broken(type(new_loop())):
        def default_exception_handler(self, context):
            log("default", context["exception"], "context" in context and context["context"]["exception"])
            raise Boom("default")

    def broken(loop, context):
        raise Boom("handler")

    with Listening(log):
        log("plain")
        run(new_loop())
        log("a handler that breaks")
        loop = new_loop()
        loop.set_exception_handler(broken)
        run(loop)
        log("a default handler that breaks")
        run(Broken())
        log("both")
        loop = Broken()
        loop.set_exception_handler(broken)
        run(loop)


@driven(
    "what a handler is told",
    "test_base_events.test_default_exc_handler_coro, test_set_exc_handler_custom; the documentation of call_exception_handler",
)
def told(log, new_loop):
    loop = new_loop()

    def handler(loop, context):
        log(
            " ".join(context["message"].split()[:MESSAGE_WORDS]),
            sorted(key for key in context if "traceback" not in key),
            context.get("exception"),
        )

    loop.set_exception_handler(handler)

    def fails():
        raise Boom("callback")

    async def stubborn():
        try:
            await asyncio.sleep(10)
        finally:
            raise Boom("left over")

    kept = []

    async def main():
        loop.call_soon(fails)
        loop.call_later(1, fails)
        await asyncio.sleep(2)
        kept.append(asyncio.create_task(stubborn()))
        await asyncio.sleep(0)

    asyncio.run(main(), loop_factory=lambda: loop)
    log(kept[0].done())


@driven(
    "debug mode, a factory that is none, an executor that is none",
    "test_base_events.test_set_debug, test_set_task_factory_invalid, test_set_default_executor, test_set_default_executor_error, test_call_coroutine",
)
def settings(log, new_loop):
    loop = new_loop()
    loop.set_debug(True)
    log(loop.get_debug())
    attempt(log, "coroutine", lambda: loop.call_soon(nothing()))
    attempt(log, "no callable", lambda: loop.call_soon(1))
    loop.set_debug(False)
    log(loop.get_debug())
    attempt(log, "factory", lambda: loop.set_task_factory(1))
    log(loop.get_task_factory())
    attempt(log, "handler", lambda: loop.set_exception_handler(1))
    log(loop.get_exception_handler())
    attempt(log, "executor", lambda: loop.set_default_executor("executor"))
    executor = concurrent.futures.ThreadPoolExecutor()
    log(loop.set_default_executor(executor))
    executor.shutdown()
    loop.close()


@driven("run with a loop of its own", "test_runners.test_asyncio_run_loop_factory")
def own_loop(log, new_loop):
    made = []

    def factory():
        made.append(new_loop())
        return made[0]

    async def main():
        log(asyncio.get_running_loop() is made[0])
        return "result"

    log(asyncio.run(main(), loop_factory=factory), len(made), made[0].is_closed())


@driven("sleeps that are shorter than the clock can tell", "test_events.test_timeout_rounding")
def short_sleeps(log, new_loop):
    loop = new_loop()

    async def main():
        for delay in (1e-2, 1e-4, 1e-6, 1e-8, 1e-10):
            await asyncio.sleep(delay)
        return "slept"

    log(loop.run_until_complete(main()))
    loop.close()
