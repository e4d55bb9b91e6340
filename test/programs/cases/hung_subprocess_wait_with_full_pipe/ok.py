import asyncio
import sys

PROGRAM = "print('x' * 3_000_000)"


async def run(program):
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    return process.returncode, len(output)


async def main():
    print(await run(PROGRAM))


asyncio.run(main())
