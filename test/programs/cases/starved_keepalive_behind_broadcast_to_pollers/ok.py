import asyncio


class Board:
    def __init__(self, cells):
        self.cells = {f"cell-{n}": 0 for n in range(cells)}
        self.version = 0
        self._waiters = []

    async def next_version(self):
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        return await waiter

    def publish(self, cell, value):
        self.cells[cell] = value
        self.version += 1
        page = self.version, self.render()
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            waiter.set_result(page)

    def render(self):
        rows = [f'<td id="{name}">{value}</td>' for name, value in self.cells.items()]
        return "<tr>" + "".join(rows) + "</tr>"


async def long_poll(board, sent):
    while True:
        version, page = await board.next_version()
        sent.append((version, len(page)))


class Uplink:
    def __init__(self, interval):
        self.interval = interval
        self.worst = 0.0

    async def keep_alive(self):
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + self.interval
            await asyncio.sleep(self.interval)
            self.worst = max(self.worst, loop.time() - due)


async def referee(board, moves):
    for move in range(moves):
        await asyncio.sleep(0.3)
        board.publish(f"cell-{move}", move + 1)
    await asyncio.sleep(0.1)


async def main():
    board, uplink, sent = Board(5000), Uplink(0.04), []
    polls = [asyncio.create_task(long_poll(board, sent), name=f"poll-{n}") for n in range(300)]
    keepalive = asyncio.create_task(uplink.keep_alive(), name="uplink-keepalive")
    await asyncio.create_task(referee(board, 2), name="referee")
    for task in [keepalive, *polls]:
        task.cancel()
    await asyncio.gather(keepalive, *polls, return_exceptions=True)
    print(f"{len(sent)} pages sent, a keep-alive was late by {uplink.worst * 1000:.0f} ms")


asyncio.run(main())
