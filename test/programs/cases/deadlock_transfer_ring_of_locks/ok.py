import asyncio


class Account:
    def __init__(self, name, balance):
        self.name = name
        self.balance = balance
        self.lock = asyncio.Lock()


async def transfer(source, target, amount):
    first, second = sorted((source, target), key=lambda account: account.name)
    async with first.lock:
        await asyncio.sleep(0.01)
        async with second.lock:
            source.balance -= amount
            target.balance += amount


async def main():
    a, b, c = (Account(name, 100) for name in "abc")
    await asyncio.gather(transfer(a, b, 1), transfer(b, c, 2), transfer(c, a, 3))
    print(a.balance, b.balance, c.balance)


asyncio.run(main())
