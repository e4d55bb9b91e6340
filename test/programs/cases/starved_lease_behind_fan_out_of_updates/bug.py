import asyncio
import json

STATE = {"rows": [{"id": number, "tags": ["a", "b"], "value": number * 1.5} for number in range(220)]}


def encode(update):
    return json.dumps({"update": update, **STATE}) + json.dumps(STATE) + json.dumps(STATE)


class Subscriber:
    def __init__(self):
        self.updates = asyncio.Queue()

    async def run(self):
        while True:
            update = await self.updates.get()
            if update is None:
                return
            encode(update)


async def renew_lease(done):
    renewed = 0
    while not done.is_set():
        await asyncio.sleep(0.01)
        renewed += 1
    return renewed


async def main():
    done = asyncio.Event()
    lease = asyncio.create_task(renew_lease(done), name="lease")
    subscribers = [Subscriber() for _ in range(300)]
    running = [asyncio.create_task(subscriber.run()) for subscriber in subscribers]
    for update in [*range(6), None]:
        for subscriber in subscribers:
            subscriber.updates.put_nowait(update)
        await asyncio.sleep(0.05)
    await asyncio.gather(*running)
    done.set()
    print(await lease > 0)


asyncio.run(main())
