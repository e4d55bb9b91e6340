import asyncio
import logging

log = logging.getLogger("runner")


class CostTracker:
    def __init__(self):
        self.tokens = 0

    async def before_invoke(self, payload):
        await asyncio.sleep(0.002)
        self.tokens += len(payload["prompt"].split())


class Redactor:
    async def before_invoke(self, payload):
        await asyncio.sleep(0.002)
        payload["prompt"] = payload["prompt"].replace("secret", "***")


class Endpoint:
    def __init__(self):
        self.prompts = []

    async def invoke(self, payload):
        await asyncio.sleep(0.04)
        self.prompts.append(payload["prompt"])
        return len(payload["prompt"])


class Runner:
    def __init__(self, endpoint, callbacks):
        self._endpoint = endpoint
        self._callbacks = callbacks
        self.prepared = 0

    async def _before(self, payload):
        for callback in self._callbacks:
            await callback.before_invoke(payload)

    async def _prepare(self, prompt):
        payload = {"prompt": prompt, "max_tokens": 16}
        try:
            await self._before(payload)
            self.prepared += 1
        except RuntimeError as exc:
            log.debug("callbacks skipped: %s", exc)
        return payload

    async def client(self, prompts):
        answers = 0
        while True:
            prompt = await prompts.get()
            if prompt is None:
                return answers
            payload = await self._prepare(prompt)
            await self._endpoint.invoke(payload)
            answers += 1


async def feed(prompts, count, clients):
    for number in range(count):
        await asyncio.sleep(0.03)
        prompts.put_nowait(f"say the secret word {number}")
    for _ in range(clients):
        prompts.put_nowait(None)


async def main():
    endpoint, costs = Endpoint(), CostTracker()
    runner = Runner(endpoint, [costs, Redactor()])
    prompts = asyncio.Queue()
    clients = [asyncio.create_task(runner.client(prompts), name=f"client-{number}") for number in range(3)]
    await asyncio.create_task(feed(prompts, 30, len(clients)), name="feeder")
    await asyncio.wait(clients)
    print("answers:", sum(task.result() for task in clients))
    print("callbacks ran:", runner.prepared, "tokens:", costs.tokens)
    print("secrets sent:", sum("secret" in prompt for prompt in endpoint.prompts))


asyncio.run(main())
