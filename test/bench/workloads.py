"""The programs that `recorder.py` runs: what each does, how often, and what recording it may cost."""

from typing import Dict, NamedTuple


class Workload(NamedTuple):
    source: str  # defines `async def main(n)`, which does n operations
    count: int
    goal: float  # recorded over plain
    needs: str = ""  # a package that is not in the standard library


WORKLOADS: Dict[str, Workload] = {
    "sleep(0), 100 tasks": Workload(
        """
async def yielding(n):
    for _ in range(n): await asyncio.sleep(0)
async def main(n):
    await asyncio.gather(*[yielding(n // 100) for _ in range(100)])
""",
        200_000,
        1.5,
    ),
    "sleep(0), 10 frames deep": Workload(
        """
async def down(depth, n):
    if depth: return await down(depth - 1, n)
    for _ in range(n): await asyncio.sleep(0)
async def main(n):
    await asyncio.gather(*[down(10, n // 100) for _ in range(100)])
""",
        200_000,
        1.5,
    ),
    "create and await a task": Workload(
        """
async def child(): pass
async def main(n):
    loop = asyncio.get_event_loop()
    for _ in range(n): await loop.create_task(child())
""",
        60_000,
        1.5,
    ),
    "queue pipeline": Workload(
        """
async def stage(source, target):
    while True: await target.put(await source.get())
async def main(n):
    queues = [asyncio.Queue(10) for _ in range(4)]
    stages = [asyncio.ensure_future(stage(a, b)) for a, b in zip(queues, queues[1:])]
    async def feed():
        for i in range(n // 4): await queues[0].put(i)
    feeder = asyncio.ensure_future(feed())
    for _ in range(n // 4): await queues[-1].get()
    for task in stages: task.cancel()
""",
        200_000,
        1.1,
    ),
    "TCP echo over streams": Workload(
        """
async def echo(reader, writer):
    while True:
        data = await reader.read(100)
        if not data: break
        writer.write(data)
        await writer.drain()
    writer.close()
async def main(n):
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    address = server.sockets[0].getsockname()
    async def client():
        reader, writer = await asyncio.open_connection(*address)
        for _ in range(n // 20):
            writer.write(b"x" * 50)
            await reader.read(100)
        writer.close()
    await asyncio.gather(*[client() for _ in range(20)])
    server.close()
""",
        30_000,
        1.1,
    ),
    "aiohttp requests": Workload(
        """
from aiohttp import ClientSession, web
async def hello(request): return web.Response(text="hello")
async def main(n):
    app = web.Application()
    app.router.add_get("/", hello)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = "http://127.0.0.1:%d/" % site._server.sockets[0].getsockname()[1]
    async def client(session):
        for _ in range(n // 20):
            async with session.get(url) as response: await response.read()
    async with ClientSession() as session:
        await asyncio.gather(*[client(session) for _ in range(20)])
    await runner.cleanup()
""",
        4_000,
        1.1,
        "aiohttp",
    ),
}

UVLOOP = "import uvloop; asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())"
for name, goal in ("sleep(0), 100 tasks", 1.25), ("create and await a task", 1.8):
    plain = WORKLOADS[name]
    WORKLOADS[f"uvloop: {name}"] = Workload(UVLOOP + plain.source, plain.count // 4, goal, "uvloop")

TIMED = """
import asyncio, sys, time
{prelude}
{source}
async def timed(n):
    {inside}
    await main(n // 20)
    before = time.process_time()
    await main(n)
    print("µs", (time.process_time() - before) / n * 1e6)
asyncio.run(timed(int(sys.argv[1])))
"""
