import asyncio


class Socket:
    async def exchange(self, message):
        await asyncio.sleep(0.25)

    async def close(self):
        await self.exchange("close")
        await self.exchange("ack")
        await self.exchange("fin")


async def listen(socket):
    try:
        while True:
            await asyncio.sleep(0.01)
    finally:
        await socket.close()


async def main():
    listening = asyncio.create_task(listen(Socket()), name="listener")
    await asyncio.sleep(0.05)
    listening.cancel()
    await asyncio.wait({listening})
    print("stopped")


asyncio.run(main())
