import asyncio


class Unavailable(Exception):
    pass


class Upstream:
    def __init__(self, outage):
        self.outage = outage
        self.requests = 0

    async def complete(self, scope, text):
        self.requests += 1
        await asyncio.sleep(0.02)
        if scope == "retain" and self.outage > 0:
            self.outage -= 1
            raise Unavailable("503")
        return "%s: %s" % (scope, text)


class Provider:
    def __init__(self, upstream, max_concurrent):
        self.upstream = upstream
        self.permits = asyncio.Semaphore(max_concurrent)

    async def _with_retries(self, scope, text):
        delay = 0.1
        while True:
            try:
                return await self.upstream.complete(scope, text)
            except Unavailable:
                await asyncio.sleep(delay)
                delay = min(delay * 2, 0.5)

    async def call(self, scope, text):
        async with self.permits:
            return await self._with_retries(scope, text)


async def retain(provider, documents):
    kept = []
    for document in documents:
        kept.append(await provider.call("retain", document))
    return kept


async def reflect(provider, question, took):
    loop = asyncio.get_running_loop()
    started = loop.time()
    answer = await provider.call("reflect", question)
    took.append(loop.time() - started)
    return answer


async def main():
    provider = Provider(Upstream(outage=8), max_concurrent=2)
    took = []
    memory = [asyncio.create_task(retain(provider, ["note %d" % n]), name="retain-%d" % n) for n in (1, 2)]
    questions = []
    for number in range(1, 6):
        await asyncio.sleep(0.04)
        question = reflect(provider, "question %d" % number, took)
        questions.append(asyncio.create_task(question, name="reflect-%d" % number))
    answers = await asyncio.gather(*questions)
    await asyncio.gather(*memory)
    print("%d answers, slowest took %d ms" % (len(answers), max(took) * 1000))


asyncio.run(main())
