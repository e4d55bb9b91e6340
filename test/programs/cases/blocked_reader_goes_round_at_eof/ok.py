import asyncio
import sys


async def follow(reader):
    lines = []
    while True:
        line = await reader.readline()
        if not line:
            return lines
        text = line.decode().strip()
        if not text:
            continue
        lines.append(text)
        if text == "end":
            return lines


async def status():
    while True:
        await asyncio.sleep(0.05)
        print("still here", flush=True)


async def main():
    watcher = asyncio.create_task(status(), name="status")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "print('one'); print(); print('two')", stdout=asyncio.subprocess.PIPE
    )
    print(await follow(process.stdout))
    await process.wait()
    watcher.cancel()


asyncio.run(main())
