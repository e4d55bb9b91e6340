import asyncio


class Keys:
    def __init__(self):
        self.known = {"k0"}
        self.current = "k0"
        self.fetches = 0

    async def fetch(self):
        self.fetches += 1
        await asyncio.sleep(0.06)
        self.known = {self.current}

    async def verify(self, key):
        if key not in self.known:
            await self.fetch()
        return key in self.known


async def request(keys, delay):
    await asyncio.sleep(delay)
    valid = await keys.verify(keys.current)
    await asyncio.sleep(0.002)
    return valid


async def main():
    keys = Keys()
    valid = 0
    for rotation in range(3):
        valid += sum(await asyncio.gather(*(request(keys, 0.001 * number) for number in range(12))))
        keys.current = "k%d" % (rotation + 1)
        valid += sum(await asyncio.gather(*(request(keys, 0.0002 * number) for number in range(12))))
    print(valid, keys.fetches > 0)


asyncio.run(main())
