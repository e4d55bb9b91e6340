import asyncio


class ServerError(Exception):
    pass


class ToolServer:
    def __init__(self, name, answers_after):
        self.name = name
        self.answers_after = answers_after
        self.connected = False

    async def connect(self):
        await asyncio.sleep(self.answers_after)
        self.connected = True
        return self.name

    async def list_tools(self):
        await asyncio.sleep(0.01)
        return [f"{self.name}.search", f"{self.name}.read"]


class ServerWorker:
    """Runs all commands of one server in one task, since its scopes belong to that task."""

    def __init__(self, server):
        self.server = server
        self._commands = asyncio.Queue()
        self.task = asyncio.create_task(self._run(), name=f"worker-{server.name}")

    async def _run(self):
        while True:
            command, reply = await self._commands.get()
            try:
                result = await command()
            except asyncio.CancelledError:
                reply.cancel()
                raise
            except Exception as exc:
                if not reply.done():
                    reply.set_exception(ServerError(f"{self.server.name}: {exc!r}"))
                continue
            if not reply.done():
                reply.set_result(result)

    async def call(self, command):
        reply = asyncio.get_running_loop().create_future()
        self._commands.put_nowait((command, reply))
        return await reply


class ServerManager:
    def __init__(self, servers, connect_timeout):
        self.workers = [ServerWorker(server) for server in servers]
        self.connect_timeout = connect_timeout
        self.tools = []

    async def _attach(self, worker):
        server = worker.server
        try:
            await asyncio.wait_for(worker.call(server.connect), self.connect_timeout)
        except asyncio.TimeoutError:
            print(server.name, "does not answer", flush=True)
            return
        self.tools += await worker.call(server.list_tools)

    async def start(self):
        await asyncio.gather(*(self._attach(worker) for worker in self.workers))

    async def close(self):
        for worker in self.workers:
            worker.task.cancel()
        await asyncio.wait({worker.task for worker in self.workers})


async def main():
    servers = [ToolServer("files", 0.03), ToolServer("mail", 30), ToolServer("wiki", 0.05)]
    manager = ServerManager(servers, connect_timeout=0.2)
    await manager.start()
    print("tools:", sorted(manager.tools), flush=True)
    await manager.close()
    print("all workers stopped")


asyncio.run(main())
