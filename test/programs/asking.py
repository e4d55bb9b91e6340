"""A client and the server that it starts, which blocks its loop for the first question and deadlocks over the second.

Neither ends by itself; the client kills both when it has waited for long enough to be sure.
"""

import asyncio
import os
import signal
import sys
import time


async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    question = await reader.readline()
    if question == b"slow\n":
        time.sleep(0.6)
    else:
        lock = asyncio.Lock()
        await lock.acquire()
        await lock.acquire()
    writer.write(b"answer\n")
    await writer.drain()
    writer.close()


async def serve() -> None:
    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


async def ask(port: int, question: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(question)
    answer = await reader.readline()
    writer.close()
    return answer


async def main() -> None:
    server = await asyncio.create_subprocess_exec(sys.executable, __file__, "serve", stdout=asyncio.subprocess.PIPE)
    assert server.stdout
    port = int(await server.stdout.readline())
    print(await ask(port, b"slow\n"), flush=True)
    ended = asyncio.ensure_future(server.wait())
    hangs = asyncio.ensure_future(ask(port, b"stuck\n"))
    await asyncio.wait([ended, hangs], timeout=2.5)
    server.kill()
    os.kill(os.getpid(), signal.SIGKILL)


asyncio.run(serve() if sys.argv[1:] else main())
