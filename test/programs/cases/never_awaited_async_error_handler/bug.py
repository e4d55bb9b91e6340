import asyncio


class Sandbox:
    def __init__(self, on_error=None):
        self.on_error = on_error
        self.alive = True

    async def run(self, code):
        await asyncio.sleep(0.01)
        if "boom" in code and self.on_error:
            self.on_error(self)

    async def kill(self):
        await asyncio.sleep(0.01)
        self.alive = False


async def clean_up(sandbox):
    await sandbox.kill()


async def main():
    sandbox = Sandbox(on_error=clean_up)
    await sandbox.run("boom()")
    print("alive:", sandbox.alive)


asyncio.run(main())
