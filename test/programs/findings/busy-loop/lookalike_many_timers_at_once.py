import asyncio


async def main():
    """A thousand timers that are due together; then one after the other, each of which the loop waits for."""
    loop = asyncio.get_running_loop()
    rung = []
    for number in range(1000):
        loop.call_later(0.1, rung.append, number)
    await asyncio.sleep(0.2)

    def again():
        rung.append(0)
        if len(rung) < 1300:
            loop.call_later(0.002, again)

    again()
    while len(rung) < 1300:
        await asyncio.sleep(0.05)


asyncio.run(main())
