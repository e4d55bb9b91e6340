import asyncio
import os
import signal
import threading


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await jobs.put(await reader.readline())
    writer.close()


async def work() -> None:
    while True:
        job = await jobs.get()
        print(job)
        jobs.task_done()


async def main() -> None:
    global jobs
    jobs = asyncio.Queue()
    workers = [asyncio.create_task(work()) for _ in range(3)]
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b"hello\n")
    async with server:
        await asyncio.gather(server.serve_forever(), *workers)


threading.Timer(2, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("interrupted")
