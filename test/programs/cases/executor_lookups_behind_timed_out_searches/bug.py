import asyncio
import time
from concurrent.futures import ThreadPoolExecutor


class VectorStore:
    """A blocking client; the archive collection sits on a slow disk."""

    def search(self, collection, query, timeout=None):
        seconds = 1.2 if collection == "archive" else 0.03
        if timeout is not None and seconds > timeout:
            time.sleep(timeout)
            raise TimeoutError(collection)
        time.sleep(seconds)
        return [f"{collection}: {query}"]


class Accounts:
    def profile(self, user):
        time.sleep(0.005)
        return {"user": user, "plan": "team"}


class Assistant:
    def __init__(self):
        self._store = VectorStore()
        self._accounts = Accounts()
        self.slowest_lookup = 0.0

    async def search(self, collection, query):
        try:
            return await asyncio.wait_for(asyncio.to_thread(self._store.search, collection, query), timeout=0.2)
        except (asyncio.TimeoutError, TimeoutError):
            return []

    async def answer(self, number, collection):
        found = await self.search(collection, f"question {number}")
        return found or ["no documents found in time"]

    async def greet(self, user):
        begin = time.monotonic()
        profile = await asyncio.to_thread(self._accounts.profile, user)
        self.slowest_lookup = max(self.slowest_lookup, time.monotonic() - begin)
        return profile["plan"]


async def visitors(assistant):
    for number in range(12):
        await assistant.greet(f"user-{number}")
        await asyncio.sleep(0.06)


async def main():
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(4, thread_name_prefix="default"))
    assistant = Assistant()
    greeting = asyncio.create_task(visitors(assistant), name="visitors")
    questions = []
    for number in range(7):
        collection = "handbook" if number in (0, 4) else "archive"
        answer = assistant.answer(number, collection)
        questions.append(asyncio.create_task(answer, name=f"question-{number}"))
        await asyncio.sleep(0.07)
    for answer in await asyncio.gather(*questions):
        print(answer[0])
    await greeting
    print("slowest profile lookup under 0.2 s:", assistant.slowest_lookup < 0.2)


asyncio.run(main())
