import asyncio
import queue


class Typing:
    def __init__(self):
        self.keys = queue.Queue()

    def line(self):
        return self.keys.get()

    async def next_line(self):
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(None, self.line)

    def close(self):
        pass


async def listen(typing, spoken):
    typed = asyncio.create_task(typing.next_line(), name="typed")
    heard = asyncio.create_task(spoken.get(), name="heard")
    done, pending = await asyncio.wait([typed, heard], return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    return done.pop().result()


async def main():
    typing = Typing()
    spoken = asyncio.Queue()
    asyncio.get_running_loop().call_later(0.2, spoken.put_nowait, "goodbye")
    print(await listen(typing, spoken))
    typing.close()
    print("hung up")


asyncio.run(main())
