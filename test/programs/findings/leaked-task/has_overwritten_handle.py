import asyncio


async def beat():
    while True:
        await asyncio.sleep(0.02)


class Client:
    def connect(self):
        self.beat = asyncio.create_task(beat())  # here


async def session():
    client = Client()
    for _ in range(3):
        client.connect()
        await asyncio.sleep(0.03)
    client.beat.cancel()


async def main():
    await asyncio.create_task(session())
    await asyncio.sleep(0.3)


asyncio.run(main())
