import asyncio


async def produce(feed, prices):
    for price in prices:
        await asyncio.sleep(0.01)
        feed.put_nowait(price)


async def consume(feed, total):
    for _ in range(total):
        price = await feed.get()
        print("price", price)


async def main():
    feed = asyncio.Queue()
    prices = ["1.5", "2.5", "n/a", "4.0"]
    results = await asyncio.gather(
        produce(feed, prices),
        consume(feed, len(prices)),
        return_exceptions=True,
    )
    print(results)


asyncio.run(main())
