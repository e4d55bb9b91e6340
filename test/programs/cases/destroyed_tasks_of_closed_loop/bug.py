import asyncio


class Client:
    def __init__(self):
        self.task = asyncio.ensure_future(self.keep_alive())

    async def keep_alive(self):
        while True:
            await asyncio.sleep(10)


async def main():
    client = Client()
    await asyncio.sleep(0.05)
    return client.task


loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
loop.run_until_complete(main())
loop.close()
print("done")
