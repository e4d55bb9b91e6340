import asyncio


class Mailbox:
    def __init__(self):
        self.letters = asyncio.Queue()
        self.closed = False

    async def poll(self):
        try:
            return await asyncio.wait_for(self.letters.get(), 0.1)
        except asyncio.TimeoutError:
            await asyncio.sleep(0)
            return None


async def deliver(mailbox, out):
    while not mailbox.closed:
        letter = await mailbox.poll()
        if letter is not None:
            out.append(letter)


async def main():
    mailbox = Mailbox()
    out = []
    delivering = asyncio.create_task(deliver(mailbox, out), name="deliver")
    for number in range(3):
        await asyncio.sleep(0.2)
        mailbox.letters.put_nowait(number)
    await asyncio.sleep(0.05)
    mailbox.closed = True
    await delivering
    print(out)


asyncio.run(main())
