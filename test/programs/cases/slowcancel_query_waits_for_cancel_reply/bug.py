import asyncio
import time


class Server:
    """Looks for cancel requests only between two steps of a query."""

    def __init__(self):
        self._cancelled = set()
        self._sessions = []

    async def start(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self._server.sockets[0].getsockname()

    async def _run_query(self, key, steps):
        for _ in range(steps):
            await asyncio.sleep(1.2)
            if key in self._cancelled:
                return b"ERROR canceling statement due to user request\n"
        return b"OK 412 rows\n"

    async def _answer(self, line):
        command, key, *rest = line.split()
        if command == b"SELECT":
            return await self._run_query(key, int(rest[0]))
        if command == b"CANCEL":
            self._cancelled.add(key)
        return b"OK\n"

    async def _serve(self, reader, writer):
        self._sessions.append(asyncio.current_task())
        async for line in reader:
            writer.write(await self._answer(line))
        writer.close()

    async def stop(self):
        self._server.close()
        await asyncio.gather(*self._sessions)


class Connection:
    def __init__(self, address, key):
        self._address = address
        self._key = key

    async def connect(self):
        self._reader, self._writer = await asyncio.open_connection(*self._address)

    async def _send_cancel(self):
        reader, writer = await asyncio.open_connection(*self._address)
        writer.write(b"CANCEL %d\n" % self._key)
        await reader.readline()
        writer.close()

    async def execute(self, command):
        self._writer.write(b"%s %d 5\n" % (command, self._key))
        try:
            return await self._reader.readline()
        except asyncio.CancelledError:
            await self._send_cancel()
            await self._reader.readline()
            raise

    def close(self):
        self._writer.close()


async def report(connection):
    print("report:", await connection.execute(b"SELECT"))


async def main():
    server = Server()
    connection = Connection(await server.start(), 17)
    await connection.connect()
    print("ping:", await connection.execute(b"PING"))
    query = asyncio.create_task(report(connection), name="report-query")
    await asyncio.sleep(0.3)
    started = time.monotonic()
    query.cancel()
    await asyncio.wait({query})
    print("the query was given up at once:", time.monotonic() - started < 0.3)
    connection.close()
    await server.stop()


asyncio.run(main())
