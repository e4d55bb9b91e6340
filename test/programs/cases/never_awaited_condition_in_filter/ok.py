import asyncio


async def allowed(user):
    await asyncio.sleep(0)
    return user == "ann"


async def visible(users):
    await asyncio.sleep(0.01)
    return [user for user in users if await allowed(user)]


async def main():
    print(await visible(["ann", "bob", "eve"]))


asyncio.run(main())
