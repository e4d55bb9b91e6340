import asyncio


class App:
    def __init__(self):
        self.hooks = []
        self.ready = asyncio.Event()
        self.requests = 0

    def on_startup(self, hook):
        self.hooks.append(hook)
        return hook

    async def lifespan(self):
        for hook in self.hooks:
            await hook()
        self.ready.set()

    async def request(self, path):
        await self.ready.wait()
        self.requests += 1
        await asyncio.sleep(0.01)
        return f"200 {path}"


class Cache:
    def __init__(self, app):
        self.app = app
        self.pages = {}

    async def warm_up(self):
        for path in ("/", "/about"):
            self.pages[path] = await self.app.request(path)


async def open_database():
    await asyncio.sleep(0.05)


async def main():
    app = App()
    cache = Cache(app)
    app.on_startup(open_database)
    app.on_startup(cache.warm_up)
    await asyncio.create_task(app.lifespan(), name="lifespan")
    print(cache.pages)


asyncio.run(main())
