import asyncio
import functools

slots = None


def limited(handler):
    @functools.wraps(handler)
    async def run(update):
        await slots.acquire()
        try:
            return await handler(update)
        finally:
            slots.release()

    return run


@limited
async def on_photo(update):
    await asyncio.sleep(0.01)
    if update["size"] > 10:
        raise ValueError("too large")
    return "saved"


class Dispatcher:
    def __init__(self):
        self.log = []

    async def process(self, update):
        try:
            self.log.append(await on_photo(update))
        except ValueError as error:
            self.log.append(str(error))


async def main():
    global slots
    slots = asyncio.BoundedSemaphore(3)
    dispatcher = Dispatcher()
    for number, size in enumerate((4, 12, 5, 30, 11, 6, 3)):
        await asyncio.create_task(dispatcher.process({"id": number, "size": size}), name=f"update-{number}")
    print(dispatcher.log)


asyncio.run(main())
