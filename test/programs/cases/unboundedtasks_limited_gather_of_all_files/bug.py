import asyncio


async def limited_gather(*coroutines, limit, name):
    """Like gather(), with no more than `limit` running at a time."""
    semaphore = asyncio.Semaphore(limit)

    async def limited(coroutine):
        async with semaphore:
            return await coroutine

    tasks = [
        asyncio.create_task(limited(coroutine), name=f"{name}-{number}") for number, coroutine in enumerate(coroutines)
    ]
    return await asyncio.gather(*tasks)


class Storage:
    def __init__(self, files):
        self.files = files
        self.open_requests = 0
        self.most_requests = 0

    async def head(self, file_id):
        self.open_requests += 1
        self.most_requests = max(self.most_requests, self.open_requests)
        await asyncio.sleep(0.008)
        self.open_requests -= 1
        return self.files[file_id]


class Project:
    def __init__(self, storage):
        self.storage = storage

    async def _size(self, file_id):
        size = await self.storage.head(file_id)
        return file_id.split("/")[0], size

    async def sizes_by_node(self):
        sizes = await limited_gather(*(self._size(file_id) for file_id in self.storage.files), limit=4, name="size")
        total = {}
        for node, size in sizes:
            total[node] = total.get(node, 0) + size
        return total


async def watch_tasks(counts):
    while True:
        counts.append(len(asyncio.all_tasks()))
        await asyncio.sleep(0.05)


async def main():
    files = {f"node{n % 5}/output-{n}.csv": 100 + n for n in range(320)}
    storage = Storage(files)
    counts = []
    watcher = asyncio.create_task(watch_tasks(counts), name="task-counter")
    await asyncio.sleep(0.02)
    total = await asyncio.create_task(Project(storage).sizes_by_node(), name="project-size")
    watcher.cancel()
    await asyncio.gather(watcher, return_exceptions=True)
    print("bytes:", sum(total.values()), "requests at a time:", storage.most_requests)
    print("most tasks:", max(counts))


asyncio.run(main())
