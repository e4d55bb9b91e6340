import asyncio
import sys

SERVER = """
import sys
for line in sys.stdin:
    sys.stderr.write("debug: " + "x" * 30000 + chr(10))
    sys.stderr.flush()
    print("answer to", line.strip(), flush=True)
"""


class Client:
    async def start(self):
        pipe = asyncio.subprocess.PIPE
        command = [sys.executable, "-S", "-c", SERVER]
        self.process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe)

    async def call(self, method):
        self.process.stdin.write(method.encode() + b"\n")
        await self.process.stdin.drain()
        return (await self.process.stdout.readline()).decode().strip()

    async def stop(self):
        self.process.stdin.close()
        await self.process.wait()


async def main():
    client = Client()
    await client.start()
    for number in range(24):
        answer = await client.call("tool-%d" % number)
    print(answer)
    await client.stop()


asyncio.run(main())
