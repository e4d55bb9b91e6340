import asyncio
import gc


class Widget:
    def __init__(self):
        self.changes = asyncio.Queue()
        self.listener = asyncio.create_task(self.listen(), name="listener")

    async def listen(self):
        while True:
            print("change", await self.changes.get())


class Page:
    def __init__(self):
        self.widget = Widget()


async def main():
    page = Page()
    page.widget.changes.put_nowait("first")
    await asyncio.sleep(0.02)
    page.widget.listener.cancel()
    await asyncio.sleep(0)
    page = None
    gc.collect()
    await asyncio.sleep(0.02)
    print("page is", page)


asyncio.run(main())
