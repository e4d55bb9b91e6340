import asyncio


class RedisServer:
    def __init__(self):
        self.values = {"session:1": "ann", "session:2": "bob"}
        self.jobs = asyncio.Queue()

    async def _session(self, reader, writer):
        while True:
            line = await reader.readline()
            if not line:
                break
            command, key, *rest = line.decode().split()
            if command == "BLPOP":
                reply = await self._pop(float(rest[0]))
            else:
                reply = self.values.get(key, "nil")
            writer.write(reply.encode() + b"\n")
        writer.close()

    async def _pop(self, timeout):
        try:
            return await asyncio.wait_for(self.jobs.get(), timeout)
        except asyncio.TimeoutError:
            return "nil"

    async def start(self):
        self.server = await asyncio.start_server(self._session, "127.0.0.1", 0)
        return self.server.sockets[0].getsockname()


class Connection:
    def __init__(self, reader, writer):
        self.reader = reader
        self.writer = writer
        self.lock = asyncio.Lock()

    @classmethod
    async def open(cls, address):
        return cls(*await asyncio.open_connection(*address))

    async def execute(self, *words):
        async with self.lock:
            self.writer.write(" ".join(words).encode() + b"\n")
            return (await self.reader.readline()).decode().strip()


async def run_tasks(connection, done):
    while True:
        job = await connection.execute("BLPOP", "jobs", "0.35")
        if job == "quit":
            return
        if job != "nil":
            done.append(job)


async def handle_request(connection, number, took):
    loop = asyncio.get_running_loop()
    await asyncio.sleep(0.15 * number)
    started = loop.time()
    await connection.execute("GET", "session:%d" % (number % 2 + 1))
    took.append(loop.time() - started)


async def main():
    redis = RedisServer()
    address = await redis.start()
    connection = await Connection.open(address)
    done, took = [], []
    runner = asyncio.create_task(run_tasks(connection, done), name="task-runner")
    requests = [
        asyncio.create_task(handle_request(connection, number, took), name="request-%d" % number)
        for number in range(1, 7)
    ]
    await asyncio.gather(*requests)
    for job in ("index", "quit"):
        redis.jobs.put_nowait(job)
    await runner
    connection.writer.close()
    redis.server.close()
    await asyncio.sleep(0.02)
    print("done %s, slowest request: %d ms" % (done, max(took) * 1000))


asyncio.run(main())
