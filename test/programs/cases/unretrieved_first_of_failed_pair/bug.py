import asyncio


async def upload(server, fails):
    await asyncio.sleep(0.05)
    if fails:
        raise OSError(f"disk quota exceeded on {server}")
    return server


class Mirror:
    def __init__(self, servers):
        self.servers = servers

    async def store(self):
        tasks = [asyncio.create_task(upload(server, server != "a"), name=f"upload-{server}") for server in self.servers]
        await asyncio.wait(tasks)
        return tasks[0].result()


async def main():
    print(await Mirror(["a", "b"]).store())
    await asyncio.sleep(0.05)


asyncio.run(main())
