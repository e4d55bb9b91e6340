import asyncio
import json


class Client:
    def __init__(self, reader, writer):
        self.reader = reader
        self.writer = writer
        self.calls = {}
        self.tools = []

    async def read_loop(self):
        while line := await self.reader.readline():
            message = json.loads(line)
            if "id" in message:
                self.calls.pop(message["id"]).set_result(message["result"])
            else:
                await self.on_notification(message["method"])

    async def on_notification(self, method):
        self.tools = await self.call("tools/list")

    async def call(self, method):
        reply = asyncio.get_running_loop().create_future()
        number = len(self.calls) + 1
        self.calls[number] = reply
        self.writer.write(json.dumps({"id": number, "method": method}).encode() + b"\n")
        return await reply


async def serve(reader, writer):
    while line := await reader.readline():
        call = json.loads(line)
        writer.write(json.dumps({"id": call["id"], "result": [call["method"]]}).encode() + b"\n")
        if call["method"] == "initialize":
            writer.write(b'{"method": "tools/changed"}\n')
    writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    client = Client(*await asyncio.open_connection(*server.sockets[0].getsockname()))
    reading = asyncio.create_task(client.read_loop(), name="read-loop")
    print(await client.call("initialize"))
    await asyncio.sleep(0.1)
    print(await asyncio.create_task(client.call("ping"), name="ping"))
    client.writer.close()
    await reading
    server.close()


asyncio.run(main())
