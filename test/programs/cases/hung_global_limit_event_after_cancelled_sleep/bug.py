import asyncio


class ChatApi:
    """The remote side: one typing indicator too many is answered with a global limit."""

    def __init__(self):
        self.indicators = 0
        self._limited_until = None

    async def call(self, route):
        await asyncio.sleep(0.02)
        now = asyncio.get_running_loop().time()
        if route.startswith("/typing"):
            self.indicators += 1
            if self.indicators == 2:
                self._limited_until = now + 0.3
        if self._limited_until is not None and now < self._limited_until:
            return 429, {"global": True, "retry_after": self._limited_until - now}
        return 200, {"route": route}


class HttpClient:
    def __init__(self, api):
        self._api = api
        self._global_over = asyncio.Event()
        self._global_over.set()

    async def request(self, route):
        for attempt in range(5):
            if not self._global_over.is_set():
                await self._global_over.wait()
            status, data = await self._api.call(route)
            if status == 200:
                return data
            print("global rate limit hit by", route, flush=True)
            self._global_over.clear()
            await asyncio.sleep(data["retry_after"])
            self._global_over.set()
        raise RuntimeError(f"gave up on {route}")


class Bot:
    def __init__(self, http):
        self._http = http
        self.answered = 0

    async def typing(self, channel):
        try:
            await asyncio.wait_for(self._http.request(f"/typing/{channel}"), timeout=0.1)
        except asyncio.TimeoutError:
            print("typing indicator skipped in", channel, flush=True)

    async def command(self, number):
        if number % 2:
            await self.typing(f"channel-{number}")
        await self._http.request(f"/messages/{number}")
        self.answered += 1


async def gateway(bot):
    while True:
        await asyncio.sleep(0.12)
        print("heartbeat, commands answered:", bot.answered, flush=True)


async def main():
    bot = Bot(HttpClient(ChatApi()))
    connection = asyncio.create_task(gateway(bot), name="gateway")
    commands = []
    for number in range(8):
        commands.append(asyncio.create_task(bot.command(number), name=f"command-{number}"))
        await asyncio.sleep(0.05)
    await asyncio.gather(*commands)
    print("all answered:", bot.answered)
    connection.cancel()


asyncio.run(main())
