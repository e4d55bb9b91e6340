import asyncio
import concurrent.futures
import time


def connect(host):
    time.sleep(0.6 if host.startswith("dead") else 0.005)
    return host


def read_config(name):
    return len(name)


async def client(loop, host):
    return await loop.run_in_executor(None, connect, host)


async def reload_config(loop):
    await asyncio.sleep(0.03)
    return await loop.run_in_executor(None, read_config, "config.toml")


async def main():
    loop = asyncio.get_running_loop()
    loop.set_default_executor(concurrent.futures.ThreadPoolExecutor(3))
    hosts = ["dead-1", "dead-2", "dead-3", "alive"]
    results = await asyncio.gather(*(client(loop, host) for host in hosts), reload_config(loop))
    print(results)


asyncio.run(main())
