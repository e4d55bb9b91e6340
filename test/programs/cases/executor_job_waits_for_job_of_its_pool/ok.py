import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

POOL = ThreadPoolExecutor(max_workers=2)
RENDERING = ThreadPoolExecutor(max_workers=2)


def render(page):
    time.sleep(0.02)
    return f"<{page}>"


def export(book):
    time.sleep(0.05)
    pages = [RENDERING.submit(render, page) for page in range(3)]
    return book, "".join(page.result() for page in pages)


async def handle(book):
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(POOL, export, book)


async def main():
    books = [asyncio.create_task(handle(book), name=f"export-{book}") for book in ("a", "b")]
    for book in books:
        print(await book)


asyncio.run(main())
