import asyncio


class Jobs:
    """Runs jobs in the background and tells what failed where the program has said that it wants to hear of it."""

    def __init__(self) -> None:
        self.running: set[asyncio.Task[None]] = set()

    def start(self, coroutine) -> None:
        task = asyncio.ensure_future(coroutine)
        self.running.add(task)
        task.add_done_callback(self.ended)

    def ended(self, task: "asyncio.Task[None]") -> None:
        self.running.discard(task)
        error = task.exception()
        if error is not None:
            asyncio.get_running_loop().call_exception_handler({"message": "a job failed", "exception": error})


async def fails() -> None:
    raise KeyError("x")


async def main() -> None:
    heard = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: heard.append(context["exception"]))
    Jobs().start(fails())
    await asyncio.sleep(0.05)
    assert len(heard) == 1


asyncio.run(main())
