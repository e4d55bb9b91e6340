import asyncio


async def consume(queue, count):
    items = []
    patience = 0.03
    while len(items) < count:
        getter = asyncio.ensure_future(queue.get())
        done, _ = await asyncio.wait({getter}, timeout=patience)
        patience = None
        if done:
            items.append(getter.result())
    return items


async def main():
    queue = asyncio.Queue()
    consumer = asyncio.create_task(consume(queue, 3), name="consumer")
    for number in range(3):
        await asyncio.sleep(0.05)
        queue.put_nowait(number)
    print(await consumer)


asyncio.run(main())
