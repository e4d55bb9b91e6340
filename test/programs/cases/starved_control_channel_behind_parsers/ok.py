import asyncio
import time


def parse(line):
    until = time.perf_counter() + 0.002
    count = 0
    while time.perf_counter() < until:
        count += sum(map(ord, line))
    return count


class Connection:
    def __init__(self, name, lines):
        self.name = name
        self.lines = lines
        self.parsed = 0

    async def run(self):
        for line in self.lines:
            self.parsed += parse(line)
            await asyncio.sleep(0)


class Control:
    def __init__(self):
        self.commands = asyncio.Queue()
        self.delays = []

    async def run(self):
        loop = asyncio.get_running_loop()
        while True:
            sent = await self.commands.get()
            self.delays.append(loop.time() - sent)


async def command(control):
    loop = asyncio.get_running_loop()
    for _ in range(5):
        await asyncio.sleep(0.1)
        control.commands.put_nowait(loop.time())


async def main():
    control = Control()
    controlling = asyncio.create_task(control.run(), name="control")
    connections = [Connection(str(n), ["GET / HTTP/1.1"] * 8) for n in range(4)]
    tasks = [asyncio.create_task(each.run(), name=f"conn-{each.name}") for each in connections]
    tasks.append(asyncio.create_task(command(control), name="operator"))
    await asyncio.gather(*tasks)
    await asyncio.sleep(0.05)
    controlling.cancel()
    print("slowest command:", round(max(control.delays), 3))


asyncio.run(main())
