import asyncio


class Credential:
    def __init__(self):
        self._lock = asyncio.Lock()
        self.token = None

    async def _request_token(self):
        await asyncio.sleep(0.05)
        return "token"

    async def get_token(self):
        async with self._lock:
            if self.token is None:
                self.token = await self._request_token()
        return self.token


async def main():
    credential = Credential()
    print(await asyncio.gather(credential.get_token(), credential.get_token()))


asyncio.run(main())
