import asyncio
import os
import signal
import threading


async def transfer(first: asyncio.Lock, second: asyncio.Lock) -> None:
    async with first:
        await asyncio.sleep(0.02)
        async with second:  # here
            await asyncio.sleep(0.01)


async def main() -> None:
    savings, checking = asyncio.Lock(), asyncio.Lock()
    await asyncio.gather(transfer(savings, checking), transfer(checking, savings))


# Whoever started it presses Ctrl-C.
threading.Timer(2, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("interrupted")
