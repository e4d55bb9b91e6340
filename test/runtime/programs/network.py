"""The twin of network.ts."""

import asyncio
import os
import signal


async def echo(reader, writer):
    writer.write(await reader.readline())
    await writer.drain()
    writer.close()
    await writer.wait_closed()


async def main():
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"hello\n")
    await reader.readline()
    writer.close()
    await writer.wait_closed()
    server.close()
    await server.wait_closed()

    loop = asyncio.get_running_loop()
    signalled = loop.create_future()
    loop.add_signal_handler(signal.SIGUSR2, lambda: signalled.set_result(None))
    os.kill(os.getpid(), signal.SIGUSR2)
    await signalled

    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec("cat", "-", stdin=pipe, stdout=pipe)
    child.stdin.write(b"text\n")
    await child.stdout.readline()
    child.kill()
    await child.wait()

    tasks = [asyncio.create_task(asyncio.sleep(0), name=name) for name in ("first", "second")]
    await asyncio.wait(tasks)


asyncio.run(main())
