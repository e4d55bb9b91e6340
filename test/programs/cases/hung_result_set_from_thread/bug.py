import asyncio
import threading
import time


class Scheduler:
    def __init__(self, delay, job):
        self.thread = threading.Thread(target=self._run, args=(delay, job), daemon=True)

    def _run(self, delay, job):
        time.sleep(delay)
        job()


async def main():
    loop = asyncio.get_running_loop()
    fired = loop.create_future()

    def fire():
        fired.set_result("fired")

    Scheduler(0.1, fire).thread.start()
    print(await fired)


asyncio.run(main())
