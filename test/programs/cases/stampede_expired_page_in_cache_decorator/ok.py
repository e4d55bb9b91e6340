import asyncio
import functools


def cached(ttl):
    entries = {}
    running = {}

    def decorate(fn):
        @functools.wraps(fn)
        async def wrapper(key):
            now = asyncio.get_running_loop().time()
            if key in entries and entries[key][0] > now:
                return entries[key][1]
            if key not in running:
                running[key] = asyncio.ensure_future(fn(key))
            value = await asyncio.shield(running[key])
            running.pop(key, None)
            entries[key] = (now + ttl, value)
            return value

        return wrapper

    return decorate


class Reports:
    queries = 0

    @staticmethod
    async def query(key):
        Reports.queries += 1
        await asyncio.sleep(0.08)
        return f"report {key}"


@cached(ttl=0.3)
async def report(key):
    return await Reports.query(key)


async def request(key):
    return await report(key)


async def main():
    for _ in range(3):
        burst = [asyncio.create_task(request("sales")) for _ in range(12)]
        await asyncio.gather(*burst)
        for _ in range(6):
            await asyncio.create_task(request("sales"))
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.2)
    print("queries:", Reports.queries)


asyncio.run(main())
