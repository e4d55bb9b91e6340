import asyncio
import json

# What the real `gh` does for `gh pr view N --json files`: one request to a server far away.
GH = 'sleep 0.12; echo "[\\"src/part$1.py\\", \\"docs/index.md\\"]"'


class GitHubCli:
    def __init__(self):
        self.calls = 0

    async def run(self, *args):
        self.calls += 1
        process = await asyncio.create_subprocess_exec("sh", "-c", GH, "gh", *args, stdout=asyncio.subprocess.PIPE)
        output, _ = await process.communicate()
        if process.returncode != 0:
            raise RuntimeError(f"gh failed with {process.returncode}")
        return output.decode()


class PullRequestMap:
    """Tells for each file which open pull requests change it."""

    def __init__(self, gh):
        self.gh = gh
        self.by_file = {}

    async def _files(self, number):
        return json.loads(await self.gh.run(str(number)))

    async def build(self, numbers):
        files = await asyncio.gather(*(self._files(number) for number in numbers))
        for number, paths in zip(numbers, files):
            for path in paths:
                self.by_file.setdefault(path, []).append(number)
        return self.by_file


async def spinner(frames):
    while True:
        frames.append("-\\|/"[len(frames) % 4])
        await asyncio.sleep(0.1)


async def main():
    loop = asyncio.get_running_loop()
    frames = []
    progress = asyncio.create_task(spinner(frames), name="spinner")
    pr_map = PullRequestMap(GitHubCli())
    started = loop.time()
    by_file = await asyncio.create_task(pr_map.build(range(101, 109)), name="build-map")
    took = loop.time() - started
    progress.cancel()
    await asyncio.gather(progress, return_exceptions=True)
    print(f"{len(by_file)} files of {pr_map.gh.calls} pull requests")
    print(f"took {took * 1000:.0f} ms")
    print("docs/index.md:", by_file["docs/index.md"])


asyncio.run(main())
