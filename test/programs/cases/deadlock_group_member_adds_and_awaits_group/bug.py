import asyncio


class Supervisor:
    def __init__(self):
        self.services = []

    def add(self, name, coro):
        self.services.append(asyncio.create_task(coro, name=name))

    async def join(self):
        await asyncio.wait(self.services)


class Service:
    def __init__(self, name, supervisor, rounds):
        self.name = name
        self.supervisor = supervisor
        self.rounds = rounds
        self.log = []

    async def run(self):
        for number in range(self.rounds):
            await asyncio.sleep(0.02)
            self.log.append(number)
        await self.shutdown()

    async def shutdown(self):
        self.log.append("stopping")


class Reporter(Service):
    async def shutdown(self):
        await self.supervisor.join()
        self.log.append("all done")


async def main():
    supervisor = Supervisor()
    for kind, name, rounds in ((Service, "ingest", 6), (Reporter, "report", 3), (Service, "index", 4)):
        supervisor.add(name, kind(name, supervisor, rounds).run())
    await supervisor.join()
    print("everything stopped")


asyncio.run(main())
