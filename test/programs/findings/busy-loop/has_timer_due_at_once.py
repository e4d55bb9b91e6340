import asyncio


class Pump:
    def __init__(self, loop):
        self.loop = loop
        self.turns = 0

    def run(self):  # here
        self.turns += 1
        self.timer = self.loop.call_later(0, self.run)  # here


async def main():
    pump = Pump(asyncio.get_running_loop())
    pump.run()
    for _ in range(10):
        await asyncio.sleep(0.05)
    pump.timer.cancel()


asyncio.run(main())
