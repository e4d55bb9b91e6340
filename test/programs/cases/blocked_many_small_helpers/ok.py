import asyncio


def check_type(node):
    return isinstance(node, dict)


def check_name(node):
    return node["name"].isidentifier()


def check_size(node):
    return 0 <= node["size"] < 10_000


def check_path(node):
    return "/".join(node["path"].split("/")) == node["path"]


CHECKS = (check_type, check_name, check_size, check_path)


def validate(document):
    problems = []
    for node in document:
        for check in CHECKS:
            if not check(node):
                problems.append(node)
    return problems


async def handle(size):
    await asyncio.sleep(0.01)
    document = [{"name": "station", "size": 17, "path": "a/b/c"}] * size
    return len(validate(document))


async def health(late):
    while True:
        before = asyncio.get_running_loop().time()
        await asyncio.sleep(0.02)
        late.append(asyncio.get_running_loop().time() - before)


async def main():
    late = []
    checking = asyncio.create_task(health(late), name="health")
    for size in (50, 60):
        await asyncio.create_task(handle(size), name=f"PUT size={size}")
        await asyncio.sleep(0.05)
    checking.cancel()
    print(round(max(late), 2))


asyncio.run(main())
