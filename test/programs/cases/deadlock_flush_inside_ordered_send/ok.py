import asyncio


class OrderedSender:
    def __init__(self):
        self.tail = None
        self.sent = []

    def send(self, item):
        before, self.tail = self.tail, None
        self.tail = asyncio.create_task(self._send(before, item), name=f"send-{item}")
        return self.tail

    async def _send(self, before, item):
        if before is not None:
            await before
        await asyncio.sleep(0.01)
        self.sent.append(item)
        if item == "b":
            self.send("compact")


async def main():
    sender = OrderedSender()
    for item in "abc":
        sender.send(item)
    await sender.tail
    print(sender.sent)


asyncio.run(main())
