"""What happens before a task ever passes the ready queue: eager first steps, and cancellation before the first step."""

import sys
import unittest

from recorded import ProgramTest
from rows import proves
from tracefile import STEP_ENDS

OLD = sys.version_info < (3, 12)


@unittest.skipIf(OLD, "eager tasks came with 3.12")
class Eager(ProgramTest):
    @proves("eager")
    def test_first_steps_inside_each_other(self) -> None:
        source = """
import asyncio
async def quick(n): return n
async def fails(): raise ValueError("x")
async def nested():
    inner = asyncio.create_task(quick(1), name="inner")  # inner
    await asyncio.sleep(0)
    return await inner
async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    outer = asyncio.create_task(nested(), name="outer")  # outer
    failed = asyncio.create_task(fails(), name="failed")
    await asyncio.wait([outer, failed])
    failed.exception()
asyncio.run(main())
"""
        trace, at = self.record(source), self.lines(source)
        for name, coroutine in (("outer", "nested"), ("inner", "quick"), ("failed", "fails")):
            task = trace.tasks[trace.named(name)]
            self.assertEqual((task["coroutine"]["function"], task["flags"]), (coroutine, 1))
        order = [
            (e.kind, e.a) for e in trace.kinds("TASK_CREATE", "STEP_BEGIN", "STEP_RETURN", "STEP_YIELD", "STEP_RAISE")
        ]
        outer, inner, failed = map(trace.named, ("outer", "inner", "failed"))
        begin = order.index(("TASK_CREATE", outer))
        self.assertEqual(
            order[begin : begin + 9],
            [
                ("TASK_CREATE", outer),
                ("STEP_BEGIN", outer),
                ("TASK_CREATE", inner),
                ("STEP_BEGIN", inner),
                ("STEP_RETURN", inner),
                ("STEP_YIELD", outer),
                ("TASK_CREATE", failed),
                ("STEP_BEGIN", failed),
                ("STEP_RAISE", failed),
            ],
        )
        (created,) = trace.of("inner", "TASK_CREATE")
        self.assertEqual((created.b, trace.frames(created.aux)[0]), (outer, f"nested:{at['inner']}"))
        (created,) = trace.of("outer", "TASK_CREATE")
        self.assertEqual((created.b, trace.frames(created.aux)[0]), (1, f"main:{at['outer']}"))

    @proves("eager")
    def test_an_exception_that_ends_the_loop_inside_a_first_step(self) -> None:
        trace = self.record(
            """
            import asyncio, sys
            async def leaves(): sys.exit(4)
            async def waits(): await asyncio.sleep(0.001)
            async def main():
                asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
                asyncio.create_task(leaves(), name="leaves")
            with asyncio.Runner() as runner:
                try: runner.run(main())
                except SystemExit: runner.run(waits())
            sys.exit(4)
            """,
            status=4,
        )
        self.assertEqual(trace.strings[trace.of("leaves", "STEP_RAISE")[0].b], "SystemExit: 4")
        coroutines = {task["coroutine"]["function"]: ident for ident, task in trace.tasks.items()}
        ends = [e.kind for e in trace.kinds(*STEP_ENDS) if e.a == coroutines["waits"]]
        self.assertEqual(ends, ["STEP_SUSPEND", "STEP_RETURN"])
        self.assertIsNotNone(trace.end)

    @proves("eager")
    def test_the_program_sees_no_difference(self) -> None:
        program = self.write(
            """
            import asyncio, gc, sys, traceback
            gc.disable()
            class Noisy(Exception): pass
            async def fails(): raise Noisy
            async def shows():
                traceback.print_stack(limit=4, file=sys.stdout)
                print(asyncio.current_task().get_name(), len(asyncio.all_tasks()))
            async def main():
                loop = asyncio.get_running_loop()
                loop.set_task_factory(asyncio.eager_task_factory)
                print(loop.get_task_factory() is asyncio.eager_task_factory)
                loop.set_exception_handler(lambda loop, context: print(context["message"], type(context["exception"])))
                asyncio.create_task(fails(), name="fails")
                print("dropped")
                await asyncio.create_task(shows(), name="shows")
                print(repr(asyncio.create_task(shows())).split(" coro=")[0])
            asyncio.run(main())
            """
        )
        plain = self.finish(self.start([sys.executable, program]))
        done = self.run_recorded(program)
        self.assertEqual((done.stdout, done.stderr, done.returncode), (plain.stdout, plain.stderr, plain.returncode))
        self.assertIn(b"Task exception was never retrieved", done.stdout)


class ReadyTasks(ProgramTest):
    @proves("group", "cancel")
    @unittest.skipIf(sys.version_info < (3, 11), "task groups came with 3.11")
    def test_a_group_cancels_tasks_that_are_ready(self) -> None:
        trace = self.record(
            """
            import asyncio
            async def spins():
                while True: await asyncio.sleep(0)
            async def fails(): raise ValueError
            async def late(): pass
            async def main():
                try:
                    async with asyncio.TaskGroup() as group:
                        group.create_task(spins(), name="spins")
                        group.create_task(fails(), name="fails")
                        await asyncio.sleep(0)
                        group.create_task(late(), name="late")
                        await asyncio.sleep(1)
                except* ValueError: pass
            asyncio.run(main())
            """
        )
        requests = trace.of("spins", "CANCEL_REQUEST")
        self.assertEqual([trace.frames(e.aux)[0].split(":")[0] for e in requests], ["_abort"])
        self.assertEqual(trace.of("spins")[-1].kind, "STEP_CANCEL")

    @proves("cancel")
    def test_run_cancels_what_is_left(self) -> None:
        trace = self.record(
            """
            import asyncio
            async def spins():
                while True: await asyncio.sleep(0)
            async def main():
                global kept
                kept = asyncio.get_event_loop().create_task(spins())
                await asyncio.sleep(0)
            asyncio.run(main())
            """
        )
        (spins,) = [ident for ident, task in trace.tasks.items() if task["coroutine"]["function"] == "spins"]
        (request,) = [e for e in trace.kinds("CANCEL_REQUEST") if e.a == spins]
        self.assertEqual(trace.frames(request.aux)[0].split(":")[0], "_cancel_all_tasks")


if __name__ == "__main__":
    unittest.main()
