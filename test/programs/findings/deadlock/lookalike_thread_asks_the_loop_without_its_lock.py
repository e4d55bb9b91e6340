import asyncio
import threading

lock = threading.Lock()


async def exchange(asked):
    asked.set()
    await asyncio.sleep(0.1)


def send(loop, asked):
    with lock:
        given = asyncio.run_coroutine_threadsafe(exchange(asked), loop)
    given.result()


async def main():
    asked = asyncio.Event()
    thread = threading.Thread(target=send, args=(asyncio.get_running_loop(), asked))
    thread.start()
    await asked.wait()
    with lock:
        print("alive")
    await asyncio.to_thread(thread.join)


asyncio.run(main())
