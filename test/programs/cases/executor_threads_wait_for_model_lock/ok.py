import asyncio
import time
from concurrent.futures import ThreadPoolExecutor


class Model:
    """Native code that may be used by one thread at a time."""

    def complete(self, prompt):
        time.sleep(0.15)
        return prompt.upper()

    def tokenize(self, text):
        time.sleep(0.003)
        return text.split()


class LlamaProxy:
    def __init__(self, model):
        self._model = model
        self.lock = asyncio.Lock()

    def complete(self, prompt):
        return self._model.complete(prompt)

    def tokenize(self, text):
        return self._model.tokenize(text)


class Server:
    def __init__(self, proxy):
        self.proxy = proxy
        self.loop = asyncio.get_running_loop()
        self.token_delays = []

    async def chat_completion(self, prompt):
        async with self.proxy.lock:
            text = await self.loop.run_in_executor(None, self.proxy.complete, prompt)
        return {"text": text}

    async def tokenize(self, text):
        started = self.loop.time()
        tokens = await self.loop.run_in_executor(None, self.proxy.tokenize, text)
        self.token_delays.append(self.loop.time() - started)
        return {"tokens": tokens}


async def editor(server):
    for number in range(6):
        await server.tokenize(f"draft number {number}")
        await asyncio.sleep(0.05)


async def main():
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(4, thread_name_prefix="server"))
    server = Server(LlamaProxy(Model()))
    typing = asyncio.create_task(editor(server), name="editor")
    await asyncio.sleep(0.12)
    chats = [asyncio.create_task(server.chat_completion(f"question {n}"), name=f"chat-{n}") for n in range(8)]
    answers = await asyncio.gather(*chats)
    await typing
    print("answers:", len(answers), "tokenized:", len(server.token_delays))
    print(f"slowest tokenize: {max(server.token_delays) * 1000:.0f} ms")


asyncio.run(main())
