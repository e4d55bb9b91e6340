import asyncio


def parse(lines):
    events = []
    for line in lines:
        fields = line.split(";")
        events.append({name: value for name, value in (field.split("=") for field in fields)})
    return events


async def load_file(lines):
    await asyncio.sleep(0)
    return len(parse(lines))


async def get_status():
    for _ in range(30):
        await asyncio.sleep(0.01)


async def main():
    lines = ["pid=%d;op=read;path=/x/%d;ok=yes" % (n, n) for n in range(COUNT)]
    status = asyncio.create_task(get_status(), name="status")
    await asyncio.sleep(0.03)
    print(await load_file(lines))
    await status


COUNT = 2_000
asyncio.run(main())
