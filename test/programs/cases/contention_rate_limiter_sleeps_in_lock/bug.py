import asyncio


class Bucket:
    def __init__(self, rate, burst, now):
        self.rate = rate
        self.burst = burst
        self.tokens = burst
        self.updated = now

    def refill(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.updated) * self.rate)
        self.updated = now

    def missing(self):
        return max(0.0, (1.0 - self.tokens) / self.rate)


class RateLimiter:
    def __init__(self, limits):
        now = asyncio.get_running_loop().time()
        self._buckets = {model: Bucket(rate, burst, now) for model, (rate, burst) in limits.items()}
        self._lock = asyncio.Lock()

    async def acquire(self, model):
        loop = asyncio.get_running_loop()
        bucket = self._buckets[model]
        async with self._lock:
            bucket.refill(loop.time())
            wait = bucket.missing()
            if wait > 0:
                await asyncio.sleep(wait)
                bucket.refill(loop.time())
            bucket.tokens -= 1.0


class Llm:
    def __init__(self, limiter):
        self.limiter = limiter

    async def complete(self, model, prompt):
        await self.limiter.acquire(model)
        await asyncio.sleep(0.02)
        return f"{model}: {prompt}"


async def summarise(llm, documents):
    return [await llm.complete("large", document) for document in documents]


async def chat(llm, questions, took):
    loop = asyncio.get_running_loop()
    for question in questions:
        started = loop.time()
        await llm.complete("small", question)
        took.append(loop.time() - started)
        await asyncio.sleep(0.03)


async def main():
    llm = Llm(RateLimiter({"large": (8.0, 1.0), "small": (200.0, 20.0)}))
    took = []
    batches = [
        asyncio.create_task(summarise(llm, [f"{topic} {n}" for n in range(4)]), name=f"summary-{topic}")
        for topic in ("sales", "support")
    ]
    chats = [
        asyncio.create_task(chat(llm, ["hello", "why", "really", "thanks"], took), name=f"chat-{user}")
        for user in ("ann", "bob")
    ]
    await asyncio.gather(*chats)
    summaries = await asyncio.gather(*batches)
    print(f"{sum(map(len, summaries))} summaries, slowest chat answer: {max(took) * 1000:.0f} ms")


asyncio.run(main())
