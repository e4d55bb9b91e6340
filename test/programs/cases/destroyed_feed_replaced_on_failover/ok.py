import asyncio
import gc


class Node:
    def __init__(self, name):
        self.name = name
        self.server = None
        self.clients = set()

    async def start(self):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self.server.sockets[0].getsockname()[1]

    async def _serve(self, reader, writer):
        self.clients.add(writer)
        while True:
            request = await reader.readline()
            if not request:
                break
            writer.write(self.name.encode() + b" " + request)
        writer.close()

    def stop(self):
        self.server.close()
        for writer in self.clients:
            writer.close()


class Connection:
    def __init__(self, reader, writer, label):
        self.reader = reader
        self.writer = writer
        self.waiting = []
        self.task = asyncio.create_task(self._read_replies(), name=f"reader-{label}")

    @classmethod
    async def open(cls, port, label):
        return cls(*await asyncio.open_connection("127.0.0.1", port), label)

    async def _read_replies(self):
        while True:
            line = await self.reader.readline()
            if not line:
                return
            self.waiting.pop(0).set_result(line.decode().strip())

    async def call(self, command):
        reply = asyncio.get_running_loop().create_future()
        self.waiting.append(reply)
        self.writer.write(command.encode() + b"\n")
        return await reply

    async def close(self):
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        self.writer.close()


class Client:
    def __init__(self, ports):
        self.ports = ports
        self.connection = None

    async def fail_over(self, node):
        previous, self.connection = self.connection, await Connection.open(self.ports[node], node)
        if previous is not None:
            await previous.close()

    async def get(self, key):
        return await self.connection.call(f"GET {key}")


async def watch_sentinel(client, masters):
    for node in masters:
        await client.fail_over(node)
        print(await client.get("leader"))
        await asyncio.sleep(0.15)


async def housekeeping():
    while True:
        await asyncio.sleep(0.1)
        gc.collect()


async def main():
    nodes = {name: Node(name) for name in ("red", "green", "blue")}
    client = Client({name: await node.start() for name, node in nodes.items()})
    keeper = asyncio.create_task(housekeeping(), name="housekeeping")
    await asyncio.create_task(watch_sentinel(client, ["red", "green", "blue", "red"]), name="sentinel-watch")
    print(await client.get("members"))
    keeper.cancel()
    await asyncio.gather(keeper, return_exceptions=True)
    await client.connection.close()
    for node in nodes.values():
        node.stop()
    await asyncio.sleep(0.05)


asyncio.run(main())
