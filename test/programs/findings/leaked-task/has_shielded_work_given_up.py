import asyncio


class Mirror:
    async def fetch(self):
        await asyncio.sleep(5)


async def first_page(mirror):
    try:
        return await asyncio.wait_for(asyncio.shield(mirror.fetch()), 0.03)  # here
    except asyncio.TimeoutError:
        return None


async def main():
    await asyncio.gather(*(first_page(Mirror()) for _ in range(2)))
    await asyncio.sleep(0.2)


asyncio.run(main())
