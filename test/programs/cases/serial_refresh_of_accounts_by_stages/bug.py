import asyncio


class Api:
    def __init__(self):
        self.calls = 0

    async def get(self, path):
        self.calls += 1
        await asyncio.sleep(0.015)
        return {"path": path, "id": len(path)}


class Accounts:
    def __init__(self, api):
        self.api = api
        self.balances = {}

    async def refresh_one(self, name):
        account = await self.api.get(f"/accounts/{name}")
        wallet = await self.api.get(f"/wallets/{account['id']}")
        self.balances[name] = await self.api.get(f"/balances/{wallet['id']}")

    async def refresh(self, names):
        for name in names:
            await self.refresh_one(name)


async def main():
    accounts = Accounts(Api())
    names = ["ann", "bob", "cleo", "dan", "eve", "fay"]
    await asyncio.create_task(accounts.refresh(names), name="refresh")
    print(len(accounts.balances), accounts.api.calls)


asyncio.run(main())
