import asyncio
import time


class Database:
    def __init__(self):
        self.queries = []

    async def load_memory(self, user):
        self.queries.append(user)
        await asyncio.sleep(0.15)
        return {"user": user, "notes": ["prefers short answers"]}


class MemoryProvider:
    def __init__(self, database, ttl):
        self._database = database
        self._ttl = ttl
        self._loading = {}
        self._cache = {}

    async def _load(self, user):
        try:
            memory = await self._database.load_memory(user)
            self._cache[user] = (time.monotonic(), memory)
            return memory
        finally:
            del self._loading[user]

    async def get(self, user):
        entry = self._cache.get(user)
        if entry is not None and time.monotonic() - entry[0] < self._ttl:
            return entry[1]
        if user not in self._loading:
            self._loading[user] = asyncio.create_task(self._load(user), name=f"load-{user}")
        return await asyncio.shield(self._loading[user])


class Bot:
    def __init__(self, memories):
        self._memories = memories
        self.answers = 0

    async def on_message(self, user, text):
        memory = await self._memories.get(user)
        await asyncio.sleep(0.01)
        self.answers += 1
        return f"{memory['notes'][0]}: {text}"


async def typing_indicator():
    while True:
        await asyncio.sleep(0.05)


async def channel(bot, name, users):
    """A raid: every user of the channel posts a burst of messages at once, twice."""
    for burst in range(2):
        messages = [
            asyncio.create_task(bot.on_message(user, f"{name}/{burst}/{number}"), name=f"message-{user}")
            for number in range(10)
            for user in users
        ]
        await asyncio.wait(messages)
        await asyncio.sleep(0.5)


async def main():
    database = Database()
    bot = Bot(MemoryProvider(database, ttl=0.4))
    typing = asyncio.create_task(typing_indicator(), name="typing")
    channels = [
        asyncio.create_task(channel(bot, "general", ["ann", "bob"]), name="channel-general"),
        asyncio.create_task(channel(bot, "games", ["cid"]), name="channel-games"),
    ]
    await asyncio.wait(channels)
    typing.cancel()
    await asyncio.wait({typing})
    print("answers:", bot.answers)
    print("queries:", len(database.queries))


asyncio.run(main())
