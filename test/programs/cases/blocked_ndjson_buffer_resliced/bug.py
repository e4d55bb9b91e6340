import asyncio
import json


class Upstream:
    def __init__(self, records, chunk):
        lines = [json.dumps({"id": n, "kind": "tool", "schema": "x" * 1450}) for n in range(records)]
        self.body = "\n".join(lines) + "\n"
        self.chunk = chunk

    async def chunks(self):
        for start in range(0, len(self.body), self.chunk):
            await asyncio.sleep(0.05)
            yield self.body[start : start + self.chunk]


class LineStream:
    def __init__(self, response):
        self.response = response

    async def lines(self):
        buffer = ""
        async for text in self.response.chunks():
            buffer += text
            while True:
                end = buffer.find("\n")
                if end == -1:
                    break
                line = buffer[:end]
                buffer = buffer[end + 1 :]
                yield line


class Catalog:
    def __init__(self):
        self.tools = {}

    async def load(self, response):
        async for line in LineStream(response).lines():
            record = json.loads(line)
            if record["kind"] == "tool":
                self.tools[record["id"]] = len(record["schema"])


class Gateway:
    def __init__(self, catalog):
        self.catalog = catalog
        self.slowest = 0

    async def serve_pings(self):
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + 0.02
            await asyncio.sleep(0.02)
            self.slowest = max(self.slowest, loop.time() - due)

    async def refresh(self, upstream):
        await self.catalog.load(upstream)
        return len(self.catalog.tools)


async def main():
    gateway = Gateway(Catalog())
    small, large = Upstream(50, 1 << 16), Upstream(4000, 1 << 23)
    pings = asyncio.create_task(gateway.serve_pings(), name="session-pings")
    await asyncio.sleep(0.1)
    await asyncio.create_task(gateway.refresh(small), name="refresh-small")
    await asyncio.sleep(0.2)
    count = await asyncio.create_task(gateway.refresh(large), name="refresh-large")
    await asyncio.sleep(0.1)
    pings.cancel()
    await asyncio.gather(pings, return_exceptions=True)
    print(f"{count} tools, a ping was late by {gateway.slowest * 1000:.0f} ms")


asyncio.run(main())
