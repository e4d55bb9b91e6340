"""What recording costs: saturated micro-benchmarks, with and without the recorder, interleaved.

    python3 test/bench/recorder.py [INTERPRETER] [ROUNDS]

Prints, per workload, µs per operation without and with (the least of the rounds), their ratio, and the
trace's bytes per operation. These are worst cases: nothing but event loop work, on one core.
"""

import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

WORKLOADS = {
    "sleep(0), 100 tasks": (
        """
async def yielding(n):
    for _ in range(n): await asyncio.sleep(0)
async def main(n):
    await asyncio.gather(*[yielding(n // 100) for _ in range(100)])
""",
        200_000,
    ),
    "sleep(0), 10 frames deep": (
        """
async def down(depth, n):
    if depth: return await down(depth - 1, n)
    for _ in range(n): await asyncio.sleep(0)
async def main(n):
    await asyncio.gather(*[down(10, n // 100) for _ in range(100)])
""",
        200_000,
    ),
    "create and await a task": (
        """
async def child(): pass
async def main(n):
    loop = asyncio.get_event_loop()
    for _ in range(n): await loop.create_task(child())
""",
        60_000,
    ),
    "queue pipeline": (
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
        100_000,
    ),
    "tcp echo": (
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
    ),
}
TIMED = """
import asyncio, sys, time
{source}
async def timed(n):
    await main(n // 20)
    before = time.perf_counter()
    await main(n)
    print((time.perf_counter() - before) / n * 1e6)
asyncio.run(timed(int(sys.argv[1])))
"""


def measure(interpreter: str, script: str, count: int, trace: str) -> float:
    command = ["-m", "loopscope", "run", "-o", trace, script] if trace else [script]
    env = dict(os.environ, PYTHONPATH=os.path.join(ROOT, "runtime", "python"))
    return float(
        subprocess.run([interpreter, *command, str(count)], env=env, check=True, stdout=subprocess.PIPE).stdout
    )


def main() -> None:
    interpreter = sys.argv[1] if len(sys.argv) > 1 else sys.executable
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    print(f"{'':28}{'plain µs':>10}{'recorded':>10}{'ratio':>8}{'bytes/op':>10}")
    with tempfile.TemporaryDirectory() as directory:
        trace = os.path.join(directory, "t.looptrace")
        for name, (source, count) in WORKLOADS.items():
            script = os.path.join(directory, "bench.py")
            with open(script, "w", encoding="utf-8") as file:
                file.write(TIMED.format(source=source))
            plain, recorded = [], []
            for _ in range(rounds):
                plain.append(measure(interpreter, script, count, ""))
                recorded.append(measure(interpreter, script, count, trace))
            size = os.path.getsize(trace) / (count * 21 / 20)
            ratio = min(recorded) / min(plain)
            print(f"{name:28}{min(plain):10.2f}{min(recorded):10.2f}{ratio:8.2f}{size:10.1f}", flush=True)


if __name__ == "__main__":
    main()
