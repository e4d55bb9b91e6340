import asyncio
import os
import subprocess
import sys

HELPER = "import sys, time; sys.stdin.readline(); time.sleep(0.5); print('ready', flush=True)"


class Helper:
    def __init__(self):
        command = [sys.executable, "-c", HELPER]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def _read(self):
        return os.read(self.process.stdout.fileno(), 100)

    async def ask(self, question):
        os.write(self.process.stdin.fileno(), question.encode() + b"\n")
        return await asyncio.to_thread(self._read)


async def tick(ticks):
    while True:
        await asyncio.sleep(0.02)
        ticks.append(1)


async def main():
    ticks = []
    ticking = asyncio.create_task(tick(ticks), name="ticks")
    helper = Helper()
    await asyncio.sleep(0.05)
    print(await asyncio.create_task(helper.ask("status"), name="ask"))
    ticking.cancel()
    helper.process.communicate()


asyncio.run(main())
