import asyncio
import threading


class Supervisor:
    def __init__(self, loop):
        self.loop = loop
        self.lock = threading.Lock()

    async def _exchange(self, message):
        await asyncio.sleep(0.1)
        return message.upper()

    def send(self, message):
        with self.lock:
            future = asyncio.run_coroutine_threadsafe(self._exchange(message), self.loop)
        return future.result()

    def heartbeat_line(self):
        with self.lock:
            return "alive"


async def heartbeat(supervisor):
    await asyncio.sleep(0.15)
    return supervisor.heartbeat_line()


async def main():
    supervisor = Supervisor(asyncio.get_running_loop())
    thread = threading.Thread(target=lambda: [supervisor.send(f"log {n}") for n in range(4)], daemon=True)
    thread.start()
    print(await asyncio.create_task(heartbeat(supervisor), name="heartbeat"))
    while thread.is_alive():
        await asyncio.sleep(0.05)


asyncio.run(main())
