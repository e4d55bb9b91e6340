import asyncio
from contextlib import AsyncExitStack


class Service:
    def __init__(self, name, grace):
        self.name = name
        self.grace = grace
        self.state = "new"

    async def __aenter__(self):
        await asyncio.sleep(0.005)
        self.state = "running"
        return self

    async def __aexit__(self, *exc):
        self.state = "draining"
        await asyncio.sleep(self.grace)
        self.state = "stopped"


class Application:
    def __init__(self, services):
        self.services = services
        self.served = 0

    async def run(self):
        async with AsyncExitStack() as stack:
            for service in self.services:
                await stack.enter_async_context(service)
            await self._serve()

    async def _serve(self):
        while True:
            await asyncio.sleep(0.02)
            self.served += 1


async def main():
    services = [Service(name, 0.25) for name in ("http", "queue", "cache", "db")]
    app = Application(services)
    running = asyncio.create_task(app.run(), name="application")
    await asyncio.sleep(0.2)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    print([service.state for service in services])


asyncio.run(main())
