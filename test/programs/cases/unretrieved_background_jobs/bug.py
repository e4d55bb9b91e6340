import asyncio


class Agent:
    def __init__(self):
        self.background = set()

    def schedule(self, coroutine):
        task = asyncio.create_task(coroutine)
        self.background.add(task)
        task.add_done_callback(self.background.discard)

    async def archive(self, session):
        await asyncio.sleep(0.01)
        return session["title"]


async def main():
    agent = Agent()
    agent.schedule(agent.archive({"title": "a"}))
    agent.schedule(agent.archive({}))
    await asyncio.sleep(0.1)
    print("archived")


asyncio.run(main())
