import asyncio

SLEEP_TIME = 30.0


class Entity:
    def __init__(self, name):
        self.name = name
        self.value = None
        self.available = False


class SleepyDevice:
    """A battery sensor: it wakes up, sends its values and disconnects again."""

    def __init__(self, name):
        self.name = name
        self.entities = [Entity(f"{name}-temperature"), Entity(f"{name}-humidity")]
        self.connected = False
        self._timer = None

    def _stop_timer(self):
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def on_connect(self):
        self._stop_timer()
        self.connected = True
        for entity in self.entities:
            entity.available = True

    def on_status(self, value):
        for entity in self.entities:
            entity.value = value

    def on_disconnect(self):
        self.connected = False
        self._timer = asyncio.create_task(self._shutdown_entities(), name=f"shutdown-{self.name}")

    async def _shutdown_entities(self):
        await asyncio.sleep(SLEEP_TIME)
        if not self.connected:
            for entity in self.entities:
                entity.available = False

    async def close(self):
        self._stop_timer()
        self.connected = False
        for entity in self.entities:
            entity.available = False


class Radio:
    def __init__(self):
        self.reports = 0

    async def serve(self, device, pause):
        for number in range(14):
            await asyncio.sleep(pause)
            device.on_connect()
            await asyncio.sleep(0.01)
            device.on_status(number)
            self.reports += 1
            await asyncio.sleep(0.01)
            device.on_disconnect()


async def main():
    radio = Radio()
    devices = [SleepyDevice(name) for name in ("attic", "cellar", "garage", "porch")]
    serving = [
        asyncio.create_task(radio.serve(device, 0.04 + number * 0.01), name=f"radio-{device.name}")
        for number, device in enumerate(devices)
    ]
    await asyncio.wait(serving)
    print("reports:", radio.reports)
    print("values:", [device.entities[0].value for device in devices])
    for device in devices:
        await device.close()
    await asyncio.sleep(0.1)
    left = [task for task in asyncio.all_tasks() if task.get_name().startswith("shutdown-")]
    print("tasks left after close:", len(left))


asyncio.run(main())
