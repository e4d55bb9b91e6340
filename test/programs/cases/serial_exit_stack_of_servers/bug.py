import asyncio
import contextlib
import json

CONFIG = {
    "files": ["read", "write"],
    "git": ["log", "diff"],
    "fetch": ["get"],
    "issues": ["list", "open"],
    "search": ["query"],
    "calendar": ["today"],
    "memory": ["remember", "recall"],
    "browser": ["open"],
}


class ToolHost:
    async def _session(self, reader, writer):
        while True:
            line = await reader.readline()
            if not line:
                break
            request = json.loads(line)
            await asyncio.sleep(0.065)
            tools = CONFIG[request["server"]] if request["method"] == "tools/list" else []
            writer.write(json.dumps({"tools": tools}).encode() + b"\n")
        writer.close()

    async def start(self):
        self.server = await asyncio.start_server(self._session, "127.0.0.1", 0)
        return self.server.sockets[0].getsockname()


class ServerSession:
    def __init__(self, name, address):
        self.name = name
        self.address = address
        self.tools = []

    async def _request(self, method):
        self.writer.write(json.dumps({"server": self.name, "method": method}).encode() + b"\n")
        return json.loads(await self.reader.readline())

    async def __aenter__(self):
        self.reader, self.writer = await asyncio.open_connection(*self.address)
        await self._request("initialize")
        self.tools = (await self._request("tools/list"))["tools"]
        return self

    async def __aexit__(self, *exc):
        self.writer.close()


class Client:
    def __init__(self, config, address):
        self.sessions = [ServerSession(name, address) for name in config]

    async def start(self, stack):
        for session in self.sessions:
            await stack.enter_async_context(session)
        return sorted("%s_%s" % (session.name, tool) for session in self.sessions for tool in session.tools)


async def prepare_agent(address):
    loop = asyncio.get_running_loop()
    started = loop.time()
    async with contextlib.AsyncExitStack() as stack:
        tools = await Client(CONFIG, address).start(stack)
        return len(tools), loop.time() - started


async def main():
    host = ToolHost()
    address = await host.start()
    count, took = await asyncio.create_task(prepare_agent(address), name="agent-startup")
    await asyncio.sleep(0.05)
    host.server.close()
    print("%d tools after %d ms" % (count, took * 1000))


asyncio.run(main())
