import asyncio


class Connection:
    def __init__(self):
        self.answer = asyncio.get_running_loop().create_future()

    def ask_to_stop(self):
        print("asked the server to stop")

    async def wait(self):
        try:
            return await asyncio.shield(self.answer)
        except asyncio.CancelledError:
            self.ask_to_stop()
            raise


async def main():
    connection = Connection()
    query = asyncio.create_task(connection.wait(), name="query")
    await asyncio.sleep(0.05)
    query.cancel()
    try:
        await query
    except asyncio.CancelledError:
        print("cancelled")


asyncio.run(main())
