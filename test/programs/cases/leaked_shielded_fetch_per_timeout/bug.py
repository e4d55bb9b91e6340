import asyncio


class Quotes:
    def __init__(self):
        self.known = {}

    async def _fetch(self, symbol):
        await asyncio.sleep(5)
        self.known[symbol] = 1.0

    async def get(self, symbol):
        try:
            await asyncio.wait_for(asyncio.shield(self._fetch(symbol)), 0.05)
        except asyncio.TimeoutError:
            print("no quote in time:", symbol)


async def main():
    quotes = Quotes()
    for symbol in ("ABC", "DEF", "GHI"):
        await quotes.get(symbol)
    await asyncio.sleep(0.2)
    print("served without", 3 - len(quotes.known))


asyncio.run(main())
