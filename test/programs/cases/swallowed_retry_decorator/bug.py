import asyncio
import functools


def retry(function):
    @functools.wraps(function)
    async def wrapper(*args):
        while True:
            try:
                return await function(*args)
            except BaseException as error:
                print("again after", type(error).__name__)
                await asyncio.sleep(0.01)

    return wrapper


@retry
async def upload(path):
    await asyncio.sleep(0.5)
    return path


async def main():
    uploading = asyncio.create_task(upload("a.bin"), name="upload")
    await asyncio.sleep(0.05)
    uploading.cancel()
    try:
        print(await uploading)
    except asyncio.CancelledError:
        print("cancelled")


asyncio.run(main())
