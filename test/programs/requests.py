"""An aiohttp server and 1,000 concurrent requests to it, in one process. Takes about a second."""

import asyncio

import traffic

try:
    from aiohttp import ClientSession, web
except ImportError:
    web = None


async def main() -> None:
    service = traffic.Service()
    journal = asyncio.get_event_loop().create_task(service.write_journal(), name="journal")

    async def item(request: "web.Request") -> "web.Response":
        return web.json_response(await service.handle(int(request.match_info["number"])))

    app = web.Application()
    app.router.add_get("/item/{number}", item)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]

    async with ClientSession() as session:

        async def fetch(path: str) -> int:
            async with session.get(f"http://127.0.0.1:{port}{path}") as response:
                return int(await response.json())

        await traffic.run_clients(fetch)
    await service.journal.join()
    journal.cancel()
    await runner.cleanup()


if __name__ == "__main__":
    if web is None:
        import requests_streams

        asyncio.run(requests_streams.main())
    else:
        asyncio.run(main())
