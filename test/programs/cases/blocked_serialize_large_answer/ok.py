import asyncio
import json


def render(rows):
    return json.dumps(rows[:100], indent=2, sort_keys=True)


ROWS = [{"id": n, "name": "row %d" % n, "values": list(range(20))} for n in range(400)]


async def large(request):
    await asyncio.sleep(0.01)
    return len(render(ROWS))


async def small():
    while True:
        await asyncio.sleep(0.01)


async def main():
    others = asyncio.create_task(small(), name="small")
    await asyncio.sleep(0.05)
    print(await asyncio.create_task(large("all"), name="large"))
    others.cancel()


asyncio.run(main())
