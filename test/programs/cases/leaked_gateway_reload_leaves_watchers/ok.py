import asyncio


class Platform:
    def __init__(self):
        self.inbox = asyncio.Queue()
        self.sent = []
        self.pings = 0

    async def send(self, text):
        await asyncio.sleep(0.005)
        self.sent.append(text)

    async def ping(self):
        await asyncio.sleep(0.005)
        self.pings += 1


class Gateway:
    def __init__(self, platform, generation):
        self._platform = platform
        self._generation = generation
        self._tasks = set()
        self._agents = {}
        self.expired = 0

    def _spawn(self, coro, name):
        task = asyncio.create_task(coro, name=f"{name}-{self._generation}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def start(self):
        self._spawn(self._read_inbox(), "inbox")
        self._spawn(self._expire_sessions(), "expiry")
        self._spawn(self._keep_connected(), "reconnect")
        await self._platform.send(f"gateway {self._generation} up")

    async def _read_inbox(self):
        while True:
            user, text = await self._platform.inbox.get()
            self._agents[user] = text
            await self._platform.send(f"{user}: {text}!")

    async def _expire_sessions(self):
        while True:
            await asyncio.sleep(0.06)
            self.expired += len(self._agents)
            self._agents.clear()

    async def _keep_connected(self):
        while True:
            await asyncio.sleep(0.05)
            await self._platform.ping()

    async def stop(self):
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def users(platform):
    for number in range(15):
        await asyncio.sleep(0.07)
        platform.inbox.put_nowait((f"user{number % 3}", f"hello {number}"))


async def main():
    platform = Platform()
    chatter = asyncio.create_task(users(platform), name="users")
    for generation in range(1, 6):
        gateway = Gateway(platform, generation)
        await gateway.start()
        await asyncio.sleep(0.2)
        await gateway.stop()
    await asyncio.wait({chatter})
    before = platform.pings
    await asyncio.sleep(0.2)
    print("messages sent:", len(platform.sent) > 10)
    print("pings while stopped:", platform.pings > before)


asyncio.run(main())
