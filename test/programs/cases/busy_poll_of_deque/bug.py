import asyncio
import collections
import threading
import time


def producer(messages):
    for number in range(3):
        time.sleep(0.1)
        messages.append(number)


async def dispatch(messages):
    handled = 0
    while handled < 3:
        if messages:
            print("message", messages.popleft())
            handled += 1
        await asyncio.sleep(0)


async def main():
    messages = collections.deque()
    threading.Thread(target=producer, args=(messages,)).start()
    await asyncio.create_task(dispatch(messages), name="dispatcher")


asyncio.run(main())
