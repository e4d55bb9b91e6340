"""Three stages of workers joined by bounded queues; the middle one is the bottleneck."""

import asyncio


async def produce(target: "asyncio.Queue[int]", count: int) -> None:
    for number in range(count):
        await asyncio.sleep(0.001)
        await target.put(number)


async def transform(source: "asyncio.Queue[int]", target: "asyncio.Queue[int]") -> None:
    while True:
        number = await source.get()
        await asyncio.sleep(0.006)
        await target.put(number * number)
        source.task_done()


async def consume(source: "asyncio.Queue[int]", total: "list[int]") -> None:
    while True:
        total.append(await source.get())
        source.task_done()


async def main() -> None:
    create = asyncio.get_event_loop().create_task
    raw: asyncio.Queue[int] = asyncio.Queue(5)
    done: asyncio.Queue[int] = asyncio.Queue(5)
    total: list[int] = []
    producers = [create(produce(raw, 50), name=f"producer-{n}") for n in range(2)]
    workers = [create(transform(raw, done), name=f"transformer-{n}") for n in range(3)]
    workers.append(create(consume(done, total), name="consumer"))
    await asyncio.gather(*producers)
    await raw.join()
    await done.join()
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    print(len(total), sum(total))


asyncio.run(main())
