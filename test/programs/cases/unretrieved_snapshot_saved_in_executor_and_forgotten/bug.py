import asyncio
import json
import os
import tempfile
from datetime import datetime, timezone


class SnapshotStore:
    def __init__(self, folder):
        self._folder = folder

    def save(self, name, state):
        text = json.dumps(state, indent=1)
        path = os.path.join(self._folder, name + ".json")
        with open(path, "w") as file:
            file.write(text)

    def names(self):
        return sorted(os.listdir(self._folder))


class Device:
    def __init__(self, name):
        self.name = name
        self.state = {"on": False, "power": 0}

    async def poll(self, turn):
        await asyncio.sleep(0.03)
        self.state["power"] = turn * 5
        self.state["on"] = turn > 0
        if self.name == "boiler":
            self.state["last_seen"] = datetime.now(timezone.utc)


class Coordinator:
    def __init__(self, devices, store):
        self._devices = devices
        self._store = store
        self.polls = 0

    async def _refresh(self, device, turn):
        await device.poll(turn)
        self.polls += 1
        loop = asyncio.get_running_loop()
        loop.run_in_executor(None, self._store.save, device.name, dict(device.state))

    async def run(self, turns):
        for turn in range(turns):
            await asyncio.gather(
                *(
                    asyncio.create_task(self._refresh(device, turn), name=f"refresh-{device.name}")
                    for device in self._devices
                )
            )
            await asyncio.sleep(0.1)


async def watch(coordinator):
    while True:
        await asyncio.sleep(0.2)
        print("polls so far:", coordinator.polls > 0, flush=True)


async def main():
    with tempfile.TemporaryDirectory() as folder:
        store = SnapshotStore(folder)
        coordinator = Coordinator([Device("pump"), Device("boiler"), Device("valve")], store)
        watcher = asyncio.create_task(watch(coordinator), name="watcher")
        await asyncio.create_task(coordinator.run(8), name="coordinator")
        watcher.cancel()
        await asyncio.wait({watcher})
        print("polls:", coordinator.polls)
        print("snapshots:", store.names())


asyncio.run(main())
