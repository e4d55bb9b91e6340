import asyncio
import concurrent.futures
import time


def upload(number):
    time.sleep(0.5)


async def request(loop):
    await loop.getaddrinfo("127.0.0.1", 80)
    return "answered"


async def main():
    loop = asyncio.get_running_loop()
    uploaders = concurrent.futures.ThreadPoolExecutor(4)
    loop.set_default_executor(concurrent.futures.ThreadPoolExecutor(4))
    uploads = [loop.run_in_executor(uploaders, upload, n) for n in range(4)]
    await asyncio.sleep(0.05)
    print(await asyncio.create_task(request(loop), name="request"))
    await asyncio.gather(*uploads)


asyncio.run(main())
