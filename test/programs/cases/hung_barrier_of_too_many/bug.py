import asyncio


class Gate:
    def __init__(self, parties):
        self.parties = parties
        self.arrived = 0
        self.condition = asyncio.Condition()

    async def pass_(self):
        async with self.condition:
            self.arrived += 1
            if self.arrived == self.parties:
                self.condition.notify_all()
            else:
                await self.condition.wait_for(lambda: self.arrived >= self.parties)


async def worker(gate, number):
    await asyncio.sleep(0.01 * number)
    await gate.pass_()


async def main():
    workers = 3
    gate = Gate(workers + 1)
    await asyncio.gather(*(worker(gate, number) for number in range(workers)))
    print("all started")


asyncio.run(main())
