# hangs
import asyncio
import threading

lock = threading.Lock()


async def exchange(asked):
    asked.set()
    await asyncio.sleep(0.1)


def send(loop, asked):
    with lock:
        asyncio.run_coroutine_threadsafe(exchange(asked), loop).result()  # here


async def main():
    asked = asyncio.Event()
    threading.Thread(target=send, args=(asyncio.get_running_loop(), asked), daemon=True).start()
    await asked.wait()
    with lock:  # here
        print("alive")


asyncio.run(main())
