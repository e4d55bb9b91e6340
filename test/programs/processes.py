"""Several processes: one asks workers over pipes, and a `multiprocessing` pool; each has a loop of its own.

One worker deadlocks with itself while the others work, so that `loopscope findings *.looptrace` has something to say.
"""

import asyncio
import multiprocessing
import sys


async def double(number: int) -> int:
    await asyncio.sleep(0.02)
    return number * 2


async def worker() -> None:
    """Answers each line of its input with the number doubled."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while True:
        line = await reader.readline()
        if not line:
            return
        answer = asyncio.ensure_future(double(int(line)))
        print(await answer, flush=True)


async def stuck() -> None:
    """Waits for a lock that it holds, and gives up after a while."""
    lock = asyncio.Lock()

    async def nested() -> None:
        async with lock:
            print("stuck", flush=True)
            async with lock:
                pass

    await nested()


async def ask(number: int) -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable, __file__, "worker", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin and process.stdout
    process.stdin.write(b"%d\n" % number)
    answer = int(await process.stdout.readline())
    process.stdin.close()
    await process.wait()
    return answer


def pooled(number: int) -> int:
    """In a process of `multiprocessing`."""
    return asyncio.run(double(number))


async def main() -> None:
    print(sum(await asyncio.gather(*(ask(number) for number in range(2)))))
    hangs = await asyncio.create_subprocess_exec(sys.executable, __file__, "stuck", stdout=asyncio.subprocess.PIPE)
    assert hangs.stdout
    await hangs.stdout.readline()
    await asyncio.sleep(1.2)
    hangs.kill()
    await hangs.wait()


if __name__ == "__main__":
    if sys.argv[1:] == ["worker"]:
        asyncio.run(worker())
    elif sys.argv[1:] == ["stuck"]:
        asyncio.run(stuck())
    else:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            print(pool.map(pooled, [20, 21]))
        asyncio.run(main())
