import asyncio


async def download(mirror, package):
    for _ in range(2 + 8 * mirror):
        await asyncio.sleep(0.02)
    return mirror, package


async def fetch(package):
    tries = [asyncio.ensure_future(download(mirror, package)) for mirror in range(3)]
    for first in asyncio.as_completed(tries):
        answer = await first
        break
    for each in tries:
        each.cancel()
    await asyncio.gather(*tries, return_exceptions=True)
    return answer


async def progress():
    while True:
        await asyncio.sleep(0.03)


async def main():
    bar = asyncio.create_task(progress(), name="progress")
    installed = []
    for package in ("attrs", "idna", "yarl", "frozenlist"):
        installed.append(await fetch(package))
        await asyncio.sleep(0.05)
    bar.cancel()
    print(installed)


asyncio.run(main())
