"""A handler that computes its report in the loop's thread: everybody else waits for it."""

import asyncio
import time


def render_report() -> str:
    time.sleep(0.24)  # stands for a big json.loads, a query, a file
    return "report"


async def handler() -> str:
    await asyncio.sleep(0.05)
    return render_report()


async def heartbeat() -> int:
    late = 0
    for _ in range(20):
        before = time.monotonic()
        await asyncio.sleep(0.02)
        late += time.monotonic() - before > 0.1
    return late


async def main() -> None:
    create = asyncio.get_event_loop().create_task
    beats = [create(heartbeat(), name=f"heartbeat-{n}") for n in range(3)]
    await create(handler(), name="handler")
    print("late beats:", await asyncio.gather(*beats))


asyncio.run(main())
