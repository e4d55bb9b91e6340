import asyncio


class Channel:
    def __init__(self):
        self.queue = asyncio.Queue()
        self.closed = False

    async def get(self):
        if self.closed and self.queue.empty():
            return None
        return await self.queue.get()

    def close(self):
        self.closed = True
        self.queue.put_nowait(None)


async def listen(channel, seen, stop):
    while not stop.is_set():
        message = await channel.get()
        if message is None:
            await asyncio.sleep(0)
            continue
        seen.append(message)


async def request(number):
    await asyncio.sleep(0.02)
    return number


async def main():
    channel, seen, stop = Channel(), [], asyncio.Event()
    listener = asyncio.create_task(listen(channel, seen, stop), name="listener")
    for number in range(5):
        channel.queue.put_nowait(number)
        await request(number)
    channel.close()
    for number in range(10):
        await request(number)
    stop.set()
    await listener
    print(seen)


asyncio.run(main())
