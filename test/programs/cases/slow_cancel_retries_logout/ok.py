import asyncio


class Session:
    def __init__(self):
        self.attempts = 0

    async def logout(self):
        self.attempts += 1
        await asyncio.sleep(0.02)
        raise ConnectionError("gone")

    async def close(self):
        for attempt in range(1):
            try:
                return await self.logout()
            except ConnectionError:
                await asyncio.sleep(0.05 * 2**attempt)

    async def run(self):
        try:
            await asyncio.sleep(60)
        finally:
            await self.close()


async def main():
    session = Session()
    task = asyncio.create_task(session.run(), name="session")
    await asyncio.sleep(0.1)
    task.cancel()
    await asyncio.wait([task])
    print("attempts", session.attempts)


asyncio.run(main())
