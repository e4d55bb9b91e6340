import asyncio


class Limiter:
    def __init__(self, limit):
        self.slots = asyncio.BoundedSemaphore(limit)

    async def send(self, message):
        await self.slots.acquire()
        try:
            await asyncio.sleep(0.02)
            if not message:
                raise ValueError("empty message")
        except ValueError:
            self.slots.release()
        finally:
            self.slots.release()


class Outbox:
    def __init__(self):
        self.limiter = Limiter(2)
        self.sending = set()

    def post(self, message):
        task = asyncio.create_task(self.limiter.send(message), name=f"send {message!r}")
        self.sending.add(task)
        task.add_done_callback(self.sending.discard)


async def main():
    outbox = Outbox()
    for message in ("hello", "", "world"):
        outbox.post(message)
    while outbox.sending:
        await asyncio.sleep(0.02)
    print("all sent")


asyncio.run(main())
