"""Runs random programs on CPython, one JSON object a line; prints what each logs as a JSON array. See interpret.ts."""

import asyncio
import json
import os
import sys
import warnings

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))

import harness
from harness import Boom

#: Programs stop starting tasks at this many.
MOST_TASKS = 40


class Interpreter:
    def __init__(self, program, write):
        self.bodies = program["bodies"]
        self.write = write
        self.slots = [None, None, None, None]
        self.locks = [asyncio.Lock(), asyncio.Lock()]
        self.sem = asyncio.Semaphore(2)
        self.queues = [asyncio.Queue(), asyncio.Queue(1)]
        self.event = asyncio.Event()
        self.condition = asyncio.Condition()
        self.barrier = asyncio.Barrier(2)
        self.futures = [asyncio.Future(), asyncio.Future()]
        self.tasks, self.level, self.scope = 0, 0, None

    async def body(self, index):
        self.log("begins", index)
        await self.all(self.bodies[index])
        self.log("ends", index)
        return index

    def log(self, *values):
        task = asyncio.current_task()
        self.write(task.get_name() if task else "-", *values)

    async def all(self, ops):
        for op in ops:
            await self.one(op)

    def may_start(self, n):
        self.tasks += n
        return self.tasks <= MOST_TASKS

    async def one(self, op):
        match op:
            case ["sleep", delay]:
                await asyncio.sleep(delay / 4)
                self.log("slept", delay)
            case ["spawn", body, slot]:
                if self.may_start(1):
                    self.slots[slot] = asyncio.create_task(self.body(body))
                self.log("spawned")
            case ["await", slot]:
                # A task that has awaited itself cannot be awaited by others in CPython either: its future stays
                # marked as being awaited.
                if (task := self.slots[slot]) is not None and task is not asyncio.current_task():
                    self.log("awaited", await task)
            case ["cancel", slot]:
                if (task := self.slots[slot]) is not None:
                    self.log("cancel", task.cancel("by op"))
            case ["shield", slot]:
                if (task := self.slots[slot]) is not None:
                    self.log("shielded", await asyncio.shield(task))
            case ["lock", which, ops]:
                async with self.locks[which]:
                    self.log("lock")
                    await self.all(ops)
            case ["semaphore", _, ops]:
                async with self.sem:
                    self.log("semaphore")
                    await self.all(ops)
            case ["put", queue]:
                await self.queues[queue].put(queue)
                self.log("put", queue)
            case ["get", queue]:
                self.log("got", queue, await self.queues[queue].get())
            case ["join", queue]:
                await self.queues[queue].join()
                self.log("joined", queue)
            case [("putNowait" | "getNowait" | "done") as what, queue]:
                self.now(what, self.queues[queue])
            case ["shutdown", queue, immediate]:
                self.queues[queue].shutdown(immediate=immediate)
                self.log("shutdown")
            case ["timeout", delay, ops]:
                async with asyncio.timeout(delay / 4) as self.scope:
                    await self.all(ops)
                self.log("in time")
            case ["waitFor", delay, body]:
                if self.may_start(1):
                    self.log("in time", await asyncio.wait_for(self.body(body), delay / 4))
            case ["gather", bodies, keep]:
                if self.may_start(len(bodies)):
                    coroutines = [self.body(body) for body in bodies]
                    self.log("gathered", await asyncio.gather(*coroutines, return_exceptions=keep))
            case ["group", bodies, ops]:
                if self.may_start(len(bodies)):
                    async with asyncio.TaskGroup() as group:
                        for body in bodies:
                            group.create_task(self.body(body))
                        await self.all(ops)
                self.log("group ends")
            case ["wait", slots, when, timeout]:
                tasks = [self.slots[slot] for slot in slots if self.slots[slot] is not None]
                if tasks:
                    seconds = None if timeout is None else timeout / 4
                    done, pending = await asyncio.wait(tasks, return_when=when, timeout=seconds)
                    self.log("waited", done, pending)
            case ["set", _]:
                self.event.set()
                self.log("set")
            case ["clear", _]:
                self.event.clear()
            case ["waitEvent", _]:
                await self.event.wait()
                self.log("event")
            case ["notify", n]:
                await self.condition.acquire()
                self.condition.notify(n)
                self.condition.release()
                self.log("notified")
            case ["waitCondition"]:
                async with self.condition:
                    await self.condition.wait()
                self.log("condition")
            case ["barrier"]:
                self.log("barrier", await self.barrier.wait())
            case ["resetBarrier"]:
                await self.barrier.reset()
            case ["abortBarrier"]:
                await self.barrier.abort()
            case ["level"]:
                async with self.condition:
                    self.level += 1
                    self.condition.notify_all()
            case ["waitLevel", level]:
                async with self.condition:
                    self.log("level", await self.condition.wait_for(lambda: self.level >= level))
            case ["completed", slots, timeout]:
                tasks = [self.slots[slot] for slot in slots if self.slots[slot] is not None]
                # CPython asks several that are done in the order of their addresses.
                tasks = [task for task in tasks if not task.done()] + [task for task in tasks if task.done()][:1]
                for each in asyncio.as_completed(tasks, timeout=None if timeout is None else timeout / 4):
                    self.log("completed", await each)
            case ["reschedule", delay]:
                self.reschedule(delay / 4)
            case ["setFuture", future]:
                if not self.futures[future].done():
                    self.futures[future].set_result(future)
            case ["failFuture", future]:
                if not self.futures[future].done():
                    self.futures[future].set_exception(Boom("future"))
            case ["cancelFuture", future]:
                self.futures[future].cancel("future")
            case ["awaitFuture", future]:
                self.log("future", await self.futures[future])
            case ["raise", n]:
                raise Boom(str(n))
            case ["soon", n]:
                asyncio.get_running_loop().call_soon(self.log, "soon", n)
            case ["later", delay, n]:
                asyncio.get_running_loop().call_later(delay / 4, self.log, "later", n)
            case ["uncancel"]:
                self.log("uncancel", asyncio.current_task().uncancel())
            case ["selfCancel"]:
                self.log("cancels itself", asyncio.current_task().cancel("self"))
            case ["try", ops, kind, handler, again, last]:
                await self.attempt(ops, kind, handler, again, last)
            case ["repeat", n, ops]:
                for _ in range(n):
                    await self.all(ops)
            case _:
                raise ValueError(op)

    def reschedule(self, seconds):
        """Moves the deadline of the timeout that began last, whoever is in it."""
        if self.scope is None:
            return
        try:
            self.scope.reschedule(asyncio.get_running_loop().time() + seconds)
        except RuntimeError:
            self.log("too late")

    def now(self, what, queue):
        try:
            if what == "putNowait":
                queue.put_nowait(9)
            elif what == "getNowait":
                self.log("got now", queue.get_nowait())
            else:
                queue.task_done()
        except Exception as error:
            self.log(what, error)

    async def attempt(self, ops, kind, handler, again, last):
        try:
            await self.all(ops)
        except CATCHES[kind] as error:
            self.log("caught", error, asyncio.current_task().cancelling())
            await self.all(handler)
            if again:
                raise
        finally:
            await self.all(last)


CATCHES = {
    "boom": (Boom, ExceptionGroup),
    "cancel": asyncio.CancelledError,
    "timeout": TimeoutError,
    "any": (Exception, asyncio.CancelledError),
}


def interpret(program):
    async def main(log):
        if program["eager"]:
            asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
        result = await Interpreter(program, log).body(0)
        log("main", result)

    return harness.run(main, harness.VirtualLoop)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    harness.order_sets()
    for line in sys.stdin:
        print(json.dumps(interpret(json.loads(line))), flush=True)
