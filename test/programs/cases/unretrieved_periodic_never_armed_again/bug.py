import asyncio

SMART = [
    {"disk": "ada0", "temperature": 31},
    {"disk": "ada0", "temperature": 33},
    {"disk": "ada0", "power_mode": "standby"},
    {"disk": "ada0", "temperature": 47},
    {"disk": "ada0", "temperature": 52},
    {"disk": "ada0", "temperature": 58},
]


class Middleware:
    def __init__(self):
        self._timers = {}
        self._running = set()
        self.runs = {}

    def register(self, name, method, interval):
        self.runs[name] = 0
        self._arm(name, method, interval)

    def _arm(self, name, method, interval):
        loop = asyncio.get_running_loop()
        self._timers[name] = loop.call_later(interval, self._start, name, method, interval)

    def _start(self, name, method, interval):
        task = asyncio.create_task(self._run(name, method, interval), name=f"periodic:{name}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _run(self, name, method, interval):
        self.runs[name] += 1
        await method()
        self._arm(name, method, interval)

    def stop(self):
        for timer in self._timers.values():
            timer.cancel()


class DiskService:
    def __init__(self):
        self._answers = list(SMART)
        self.alerts = []

    async def _ask_disk(self):
        await asyncio.sleep(0.01)
        return self._answers.pop(0) if self._answers else SMART[0]

    async def check_temperature(self):
        answer = await self._ask_disk()
        if answer["temperature"] > 45:
            self.alerts.append(answer["temperature"])


class UpdateService:
    async def look_for_updates(self):
        await asyncio.sleep(0.02)


async def main():
    middleware, disks, updates = Middleware(), DiskService(), UpdateService()
    middleware.register("disk.temperature", disks.check_temperature, 0.12)
    middleware.register("update.check", updates.look_for_updates, 0.2)
    await asyncio.sleep(1.3)
    middleware.stop()
    await asyncio.sleep(0.05)
    print("checked the disk often:", middleware.runs["disk.temperature"] > 6)
    print("alerts:", disks.alerts)


asyncio.run(main())
