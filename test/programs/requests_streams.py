"""A server of asyncio streams and 1,000 concurrent requests to it, in one process. Standard library only."""

import asyncio

import traffic


async def main() -> None:
    service = traffic.Service()
    journal = asyncio.get_event_loop().create_task(service.write_journal(), name="journal")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            line = await reader.readline()
            number = int(line.split(b"/")[-1])
            writer.write(b"%d\n" % await service.handle(number))
            await writer.drain()
        except asyncio.CancelledError:  # the program ends while this one still sleeps
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=200)
    host, port = server.sockets[0].getsockname()[:2]

    async def fetch(path: str) -> int:
        reader, writer = await asyncio.open_connection(host, port)
        try:
            writer.write(path.encode() + b"\n")
            await writer.drain()
            return int(await reader.readline())
        finally:
            writer.close()

    await traffic.run_clients(fetch)
    await service.journal.join()
    journal.cancel()
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
