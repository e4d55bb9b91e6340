import asyncio


class Lifespan:
    def __init__(self, app):
        self.app = app
        self.started = asyncio.Event()
        self.messages = asyncio.Queue()

    async def _main(self):
        try:
            await self.app({"type": "lifespan"}, self.messages.get, self._send)
        finally:
            self.started.set()

    async def _send(self, message):
        if message["type"] == "startup.complete":
            self.started.set()

    async def startup(self):
        self.task = asyncio.create_task(self._main(), name="lifespan")
        await self.messages.put({"type": "startup"})
        await self.started.wait()


class Server:
    def __init__(self, app):
        self.lifespan = Lifespan(app)

    async def serve(self):
        await self.lifespan.startup()
        print("serving")


async def plain_app(scope, receive, send):
    if scope["type"] != "http":
        return
    await send({"type": "response", "body": b"hello"})


async def main():
    await Server(plain_app).serve()


asyncio.run(main())
