import asyncio


class Runner:
    def __init__(self):
        self.results = {}

    async def run(self, name, script):
        process = await asyncio.create_subprocess_exec("sh", "-c", script, stdout=asyncio.subprocess.PIPE)
        out, _ = await process.communicate()
        self.results[name] = (process.returncode, out.decode().strip())


async def main():
    runner = Runner()
    await asyncio.create_task(runner.run("version", "echo 1.2"), name="version")
    await asyncio.create_task(runner.run("start-helper", "sleep 20 & echo started"), name="start-helper")
    print(runner.results)


asyncio.run(main())
