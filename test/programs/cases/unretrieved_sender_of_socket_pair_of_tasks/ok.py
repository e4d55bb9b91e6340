import asyncio
import json


class Socket:
    def __init__(self, name):
        self.name = name
        self.outgoing = asyncio.Queue()
        self.sent = []

    async def recv(self):
        await asyncio.sleep(10)

    async def send(self, text):
        await asyncio.sleep(0.002)
        self.sent.append(text)


async def read(socket):
    while True:
        await socket.recv()


async def write(socket):
    while True:
        message = await socket.outgoing.get()
        if message is None:
            return
        await socket.send(json.dumps(message))


async def handle(socket):
    tasks = [asyncio.create_task(read(socket)), asyncio.create_task(write(socket), name="write-" + socket.name)]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    for task in done:
        if task.exception() is not None:
            print(socket.name, "failed:", task.exception())
    return len(socket.sent)


async def main():
    sockets = [Socket(name) for name in ("ann", "bob", "eve")]
    handlers = [asyncio.create_task(handle(socket)) for socket in sockets]
    for number in range(5):
        for socket in sockets:
            message = {"n": number, "tags": {1, 2}} if socket.name == "bob" and number == 3 else {"n": number}
            socket.outgoing.put_nowait(message)
        await asyncio.sleep(0.01)
    for socket in sockets:
        socket.outgoing.put_nowait(None)
    print(await asyncio.gather(*handlers))


asyncio.run(main())
