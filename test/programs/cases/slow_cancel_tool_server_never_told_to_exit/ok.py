import asyncio
import time

# A tool server answers line by line; like many, it leaves SIGTERM to its runtime, which ignores it,
# and ends when its standard input is closed.
SERVER = "trap '' TERM; exec cat"


class ToolServer:
    def __init__(self, name):
        self.name = name
        self._process = None

    async def start(self):
        self._process = await asyncio.create_subprocess_exec(
            "/bin/sh", "-c", SERVER, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )

    async def call(self, request):
        self._process.stdin.write(request.encode() + b"\n")
        line = await self._process.stdout.readline()
        return line.decode().strip()

    async def close(self, grace=0.9):
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), grace)
            return "exited"
        except asyncio.TimeoutError:
            self._process.kill()
            await self._process.wait()
            return "killed"


class Session:
    def __init__(self, server):
        self._server = server
        self.answers = 0
        self.ended = None

    async def run(self):
        await self._server.start()
        try:
            while True:
                await self._server.call(f"list {self.answers}")
                self.answers += 1
                await asyncio.sleep(0.04)
        finally:
            self.ended = await self._server.close()


async def heartbeat(beats):
    while True:
        await asyncio.sleep(0.1)
        beats.append(time.monotonic())


async def main():
    beats = []
    pulse = asyncio.create_task(heartbeat(beats), name="heartbeat")
    session = Session(ToolServer("files"))
    task = asyncio.create_task(session.run(), name="tool-session")
    await asyncio.sleep(0.35)
    print("answers arrived:", session.answers > 2)
    started = time.monotonic()
    task.cancel()
    await asyncio.wait({task})
    elapsed = time.monotonic() - started
    pulse.cancel()
    await asyncio.wait({pulse})
    print("server", session.ended, "- stopped quickly:", elapsed < 0.4)


asyncio.run(main())
