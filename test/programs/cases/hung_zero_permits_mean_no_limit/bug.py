import asyncio

SETTINGS = {"chunk_words": 4, "max_parallel_embeddings": 0}  # 0: as many as there are

TEXT = "the quick brown fox jumps over the lazy dog while seven wizards brew a potion " * 3


class EmbeddingService:
    def __init__(self):
        self.calls = 0

    async def embed(self, chunk):
        await asyncio.sleep(0.03)
        self.calls += 1
        return [float(len(word)) for word in chunk]


class Loader:
    def __init__(self, service, settings):
        self._service = service
        self._words = settings["chunk_words"]
        self._permits = asyncio.Semaphore(settings["max_parallel_embeddings"])
        self.vectors = {}

    def _chunks(self, text):
        words = text.split()
        return [words[i : i + self._words] for i in range(0, len(words), self._words)]

    async def _embed_one(self, number, chunk):
        async with self._permits:
            self.vectors[number] = await self._service.embed(chunk)

    async def load(self, text):
        tasks = [
            asyncio.create_task(self._embed_one(n, chunk), name=f"embed-{n}")
            for n, chunk in enumerate(self._chunks(text))
        ]
        await asyncio.gather(*tasks)


async def show_progress(loader):
    for _ in range(6):
        await asyncio.sleep(0.04)
    print("vectors so far:", len(loader.vectors))


async def main():
    service = EmbeddingService()
    loader = Loader(service, SETTINGS)
    progress = asyncio.create_task(show_progress(loader), name="progress")
    await loader.load(TEXT)
    await progress
    print("loaded", len(loader.vectors), "vectors with", service.calls, "calls")


asyncio.run(main())
