"""An aiohttp server and a client with 1,000 concurrent requests against it, in one event loop."""

import asyncio
import time

import aiohttp
import shop
from aiohttp import web


async def main() -> None:
    store = shop.Shop()

    async def handle(request: web.Request) -> web.Response:
        return web.Response(text=await store.page(request.path))

    app = web.Application()
    app.router.add_get("/{path:.*}", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    writer = asyncio.create_task(store.write_visits(), name="write-visits")
    started = time.perf_counter()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def get(path: str) -> str:
            async with session.get(f"http://127.0.0.1:{port}{path}") as response:
                return await response.text()

        counts = await shop.customers(get)
    print(", ".join(f"{count} {word}" for word, count in counts.items()), f"in {time.perf_counter() - started:.1f} s")
    writer.cancel()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
