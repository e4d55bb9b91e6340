import asyncio


class Buffer:
    def __init__(self):
        self.lines = []
        self.written = 0
        self.timer = None

    async def flush(self):
        lines, self.lines = self.lines, []
        await asyncio.sleep(0.01)
        self.written += len(lines)

    def add(self, line):
        self.lines.append(line)
        if self.timer is None:
            loop = asyncio.get_running_loop()
            self.timer = loop.call_later(0.03, lambda: self.flush())


async def main():
    buffer = Buffer()
    for number in range(5):
        buffer.add(f"line {number}")
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.1)
    print("written", buffer.written)


asyncio.run(main())
