import asyncio
import concurrent.futures
import time


class Database:
    def __init__(self, threads):
        self.pool = concurrent.futures.ThreadPoolExecutor(threads, thread_name_prefix="db")

    async def report(self):
        return await asyncio.get_running_loop().run_in_executor(self.pool, time.sleep, 0.6)

    async def count(self):
        return await asyncio.get_running_loop().run_in_executor(self.pool, len, "abc")


async def page(database):
    return await database.count()


async def main():
    database = Database(threads=8)
    reporting = asyncio.create_task(database.report(), name="report")
    await asyncio.sleep(0.02)
    print(await asyncio.gather(*(page(database) for _ in range(3))))
    await reporting


asyncio.run(main())
