import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(max_workers=2)
rendering = ThreadPoolExecutor(max_workers=2)
both = threading.Barrier(2)


def render(page):
    return f"<{page}>"


def export(book):
    both.wait()
    return rendering.submit(render, book).result()


async def main():
    loop = asyncio.get_running_loop()
    await asyncio.gather(*(loop.run_in_executor(pool, export, book) for book in "ab"))


asyncio.run(main())
