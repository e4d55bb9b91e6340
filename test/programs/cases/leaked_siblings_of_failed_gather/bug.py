import asyncio


async def get_tools(server, seconds, fails=False):
    await asyncio.sleep(0.02)
    if fails:
        raise ConnectionError(server)
    for _ in range(5):
        await asyncio.sleep(seconds / 5)
    print("tools of", server)


async def all_tools():
    return await asyncio.gather(
        get_tools("files", 0.4),
        get_tools("mail", 0.1, fails=True),
        get_tools("web", 0.6),
    )


async def main():
    try:
        await all_tools()
    except ConnectionError as error:
        print("failed:", error)
    await asyncio.sleep(0.3)
    print("answered without tools")


asyncio.run(main())
