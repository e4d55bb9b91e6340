import asyncio

PRICES = {"apple": 1, "pear": 2}


async def worker(orders):
    while True:
        order = await orders.get()
        await asyncio.sleep(0.005)
        print(order, PRICES[order])


async def main():
    orders = asyncio.Queue(maxsize=2)
    working = asyncio.create_task(worker(orders), name="worker")
    for order in ["apple", "plum", "pear", "apple", "pear"]:
        await orders.put(order)
    working.cancel()


asyncio.run(main())
