import asyncio


class Device:
    def __init__(self):
        self.lock = asyncio.Lock()
        self.commands = 0

    async def login(self):
        await asyncio.sleep(0.006)

    async def send(self, command):
        await asyncio.sleep(0.004)
        self.commands += 1

    async def command(self, name):
        async with self.lock:
            if self.commands == 20:
                await self.login()
            await self.send(name)


async def entity(device, number):
    for turn in range(6):
        await asyncio.sleep(0.01 * (number % 3))
        await device.command("set-%d-%d" % (number, turn))


async def main():
    device = Device()
    await asyncio.gather(*(entity(device, number) for number in range(8)))
    print(device.commands)


asyncio.run(main())
