import asyncio


class Mailbox:
    def __init__(self):
        self.changed = asyncio.Condition()
        self.letters = []

    async def take(self, colour):
        async with self.changed:
            while colour not in self.letters:
                await self.changed.wait()
            self.letters.remove(colour)
            return colour

    async def post(self, colour):
        async with self.changed:
            self.letters.append(colour)
            self.changed.notify_all()


async def main():
    box = Mailbox()
    blue = asyncio.create_task(box.take("blue"), name="blue")
    red = asyncio.create_task(box.take("red"), name="red")
    await asyncio.sleep(0.02)
    await box.post("red")
    print(await red)
    await box.post("blue")
    print(await blue)


asyncio.run(main())
