import asyncio
import json


class Subscriber:
    def __init__(self, handler):
        self.handler = handler
        self.inbox = asyncio.Queue()

    def start(self):
        self.task = asyncio.create_task(self._consume(), name="subscriber")

    async def _consume(self):
        while True:
            message = await self.inbox.get()
            await self._process(message)

    async def _process(self, message):
        try:
            await self.handler(json.loads(message))
        except KeyError as error:
            print("dropped", error)

    async def stop(self):
        self.task.cancel()


async def main():
    handled = []

    async def handler(body):
        handled.append(body["n"])

    subscriber = Subscriber(handler)
    subscriber.start()
    for text in ('{"n": 1}', '{"m": 2}', '{"n": 3}', '{"n": 4}'):
        subscriber.inbox.put_nowait(text)
        await asyncio.sleep(0.03)
    await subscriber.stop()
    print("handled", handled)


asyncio.run(main())
