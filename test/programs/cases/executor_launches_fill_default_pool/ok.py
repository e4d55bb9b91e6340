import asyncio
import time
from concurrent.futures import ThreadPoolExecutor


def install(name):
    time.sleep(0.5)
    return name


def read_settings(path):
    time.sleep(0.002)
    return path


class Provider:
    def __init__(self):
        self.launched = []

    async def launch(self, name):
        loop = asyncio.get_running_loop()
        self.launched.append(await loop.run_in_executor(None, install, name))


class Routes:
    def __init__(self):
        self.answers = []

    async def settings(self, number):
        self.answers.append(await asyncio.to_thread(read_settings, f"/etc/{number}"))


async def main():
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(max_workers=8))
    provider, routes = Provider(), Routes()
    launches = [asyncio.create_task(provider.launch(f"job-{n}"), name=f"launch-{n}") for n in range(3)]
    await asyncio.sleep(0.05)
    for number in range(4):
        await asyncio.create_task(routes.settings(number), name=f"GET /settings/{number}")
    await asyncio.gather(*launches)
    print(routes.answers, provider.launched)


asyncio.run(main())
