"""The traffic of `requests.py` over asyncio's streams: a line asks, a line answers, a connection for each request."""

import asyncio
import time

import shop


async def main() -> None:
    store = shop.Shop()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            path = (await reader.readline()).decode().strip()
            writer.write((await store.page(path)).encode() + b"\n")
            await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, backlog=1000)
    port = server.sockets[0].getsockname()[1]
    visits = asyncio.create_task(store.write_visits(), name="write-visits")
    started = time.perf_counter()

    async def get(path: str) -> str:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(path.encode() + b"\n")
            await writer.drain()
            return (await reader.readline()).decode().strip()
        finally:
            writer.close()

    counts = await shop.customers(get)
    print(", ".join(f"{count} {word}" for word, count in counts.items()), f"in {time.perf_counter() - started:.1f} s")
    visits.cancel()
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
