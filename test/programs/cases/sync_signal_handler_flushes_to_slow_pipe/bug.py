import asyncio
import os
import threading
import time


class Forward(asyncio.Protocol):
    def __init__(self, pipe):
        self.pipe = pipe
        self.seen = 0

    def data_received(self, data):
        os.write(self.pipe, data * 40)
        self.seen += len(data)


def slow_reader(pipe):
    time.sleep(0.6)
    while os.read(pipe, 65536):
        pass


async def feed(port):
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(6):
        writer.write(b"x" * 2000)
        await writer.drain()
        await asyncio.sleep(0.02)
    writer.close()


async def ticker(ticks):
    while True:
        await asyncio.sleep(0.02)
        ticks.append(1)


async def main():
    reading, writing = os.pipe()
    thread = threading.Thread(target=slow_reader, args=(reading,))
    thread.start()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Forward(writing), "127.0.0.1", 0)
    ticks = []
    ticking = asyncio.create_task(ticker(ticks), name="ticker")
    await asyncio.create_task(feed(server.sockets[0].getsockname()[1]), name="feed")
    await asyncio.sleep(0.1)
    ticking.cancel()
    os.close(writing)
    server.close()
    await asyncio.to_thread(thread.join)
    print(len(ticks))


asyncio.run(main())
