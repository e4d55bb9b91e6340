import asyncio


class Client:
    def __init__(self):
        self.permits = asyncio.Semaphore(2)

    async def download(self, url, seconds):
        await self.permits.acquire()
        try:
            await asyncio.sleep(seconds)
        except BaseException:
            self.permits.release()
            raise
        self.permits.release()
        return url


async def main():
    client = Client()
    for url in ("a", "b"):
        try:
            await asyncio.wait_for(client.download(url, 5), 0.05)
        except asyncio.TimeoutError:
            print("too slow:", url)
    print(await client.download("c", 0.01))


asyncio.run(main())
