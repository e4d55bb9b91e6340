import asyncio
import json
import select
import socket
import time


class Sampler:
    """Draws in a thread of its own and reports over a socket, as the C++ library does."""

    def __init__(self, sock, draws):
        self.sock = sock
        self.draws = draws

    def run(self):
        for n in range(self.draws):
            time.sleep(0.12)
            self.sock.sendall(json.dumps({"iteration": n}).encode() + b"\n")
        self.sock.close()


class Fit:
    def __init__(self, name):
        self.name = name
        self.iteration = None
        self.messages = []


class ServiceStub:
    def __init__(self, fit):
        self.fit = fit

    def _poll(self, reader):
        readable, _, _ = select.select([reader], [], [], 0.05)
        return reader.recv(4096) if readable else None

    def _store(self, data):
        for line in data.splitlines():
            message = json.loads(line)
            self.fit.iteration = message["iteration"]
            self.fit.messages.append(message)

    async def call(self, draws):
        reader, writer = socket.socketpair()
        loop = asyncio.get_running_loop()
        sampling = loop.run_in_executor(None, Sampler(writer, draws).run)
        while True:
            data = self._poll(reader)
            if data is None:
                continue
            if data == b"":
                break
            self._store(data)
        reader.close()
        await sampling


async def get_progress(fit, seen):
    loop = asyncio.get_running_loop()
    for _ in range(8):
        due = loop.time() + 0.1
        await asyncio.sleep(0.1)
        seen.append((fit.iteration, loop.time() - due))


async def main():
    fit = Fit("models/abc/fits/1")
    seen = []
    client = asyncio.create_task(get_progress(fit, seen), name="GET /operations/1")
    await asyncio.sleep(0.05)
    await asyncio.create_task(ServiceStub(fit).call(8), name="fit-1")
    await client
    progress = sorted({iteration for iteration, _ in seen if iteration is not None})
    print(f"{len(fit.messages)} draws, progress seen: {progress}")
    print(f"slowest answer was late by {max(late for _, late in seen) * 1000:.0f} ms")


asyncio.run(main())
