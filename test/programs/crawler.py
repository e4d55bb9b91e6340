"""A crawler, `crawler.py [PAGES]`: one parse blocks the loop, one page fails and takes the rest along."""

import asyncio
import gzip
import json
import random
import sys
import time

Page = tuple[str, bytes]
pages_wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 90
#: Few pages are fetched at leisure, so that each can be followed; of many, only these are.
FOLLOWED = 90
WAVE = 200
BODY = json.dumps([{"link": number, "text": "loopscope " * 8} for number in range(300)]).encode()
HUGE_BODY = b"[" + b",".join([BODY] * 420) + b"]"


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    path = (await reader.readline()).decode().strip()
    await asyncio.sleep(random.uniform(0.002, 0.02))
    if path != "/broken":
        writer.write(BODY + b"\n")
        await writer.drain()
    writer.close()


async def fetch(number: int, port: int, pool: asyncio.Lock, pages: asyncio.Queue[Page]) -> None:
    if number >= FOLLOWED:
        await asyncio.sleep(random.expovariate(200))
        return await pages.put((f"/page-{number}", b"[]"))
    await asyncio.sleep(number * 0.01)
    async with pool:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    path = "/broken" if number == FOLLOWED - 8 else f"/page-{number}"
    writer.write(f"{path}\n".encode())
    body = await reader.readline()
    writer.close()
    if not body:
        raise ConnectionError(f"{path}: the server closed the connection")
    await pages.put((path, HUGE_BODY if number == 20 else body))


async def parse(pages: asyncio.Queue[Page]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        path, body = await pages.get()
        links = json.loads(body)
        if links and path.endswith("0"):
            await loop.run_in_executor(None, gzip.compress, body[:400_000])
        pages.task_done()


async def beat() -> None:
    while True:
        await asyncio.sleep(0.05)


async def flush(port: int) -> None:
    """Sends to a peer that never reads, until it has to wait."""
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()


async def never_reads(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3600)


async def crawl(port: int) -> None:
    pool = asyncio.Lock()
    pages: asyncio.Queue[Page] = asyncio.Queue(maxsize=8)
    parser = asyncio.create_task(parse(pages), name="parse")
    for first in range(FOLLOWED, pages_wanted, WAVE):
        wave = range(first, min(first + WAVE, pages_wanted))
        await asyncio.gather(*(fetch(number, port, pool, pages) for number in wave))
    try:
        async with asyncio.TaskGroup() as group:
            for number in range(min(FOLLOWED, pages_wanted)):
                group.create_task(fetch(number, port, pool, pages), name=f"fetch-{number + 1}")
    except Exception as failed:
        print(failed)
    parser.cancel()


async def main() -> None:
    random.seed(1)
    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=1 << 20)
    deaf = await asyncio.start_server(never_reads, "127.0.0.1", 0)
    heartbeat = asyncio.create_task(beat(), name="heartbeat")
    metrics = asyncio.create_task(flush(deaf.sockets[0].getsockname()[1]), name="metrics-flush")
    started = time.perf_counter()
    await crawl(server.sockets[0].getsockname()[1])
    heartbeat.cancel()
    metrics.cancel()
    server.close()
    print(f"{pages_wanted} pages in {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    asyncio.run(main())
