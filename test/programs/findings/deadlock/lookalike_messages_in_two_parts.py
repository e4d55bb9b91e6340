# killed
import asyncio


async def read(inbox, messages):
    """Takes at two places, and waits for what a timer brings."""
    while True:
        header = await inbox.get()
        messages.append((header, await inbox.get()))


async def main():
    inbox, messages = asyncio.Queue(), []
    reader = asyncio.create_task(read(inbox, messages))
    for turn in range(6):
        asyncio.get_running_loop().call_later(0.02 * turn, inbox.put_nowait, turn)
    await asyncio.sleep(0.2)
    print(messages, reader)
    while True:
        await asyncio.sleep(0.5)


asyncio.run(main())
