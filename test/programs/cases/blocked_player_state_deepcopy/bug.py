import asyncio
import copy


class PlayerState:
    def __init__(self, queue):
        self.title = None
        self.position = 0
        self.queue = queue


class Listener:
    def __init__(self):
        self.changes = []

    def state_changed(self, before, after):
        if before.title != after.title:
            self.changes.append((before.title, after.title))


class PlayerStateManager:
    def __init__(self, state, listener):
        self.state = state
        self.listener = listener

    def _snapshot(self):
        return copy.deepcopy(self.state)

    async def handle_set_state(self, message):
        before = self._snapshot()
        self.state.title = message["title"]
        self.state.position = message["position"]
        self.listener.state_changed(before, self.state)


class Remote:
    def __init__(self):
        self.latencies = []

    async def press_buttons(self, presses):
        loop = asyncio.get_running_loop()
        while True:
            pressed_at, button = await presses.get()
            await asyncio.sleep(0.002)
            self.latencies.append((loop.time() - pressed_at, button))


async def receive_messages(inbox, manager):
    while True:
        message = await inbox.get()
        if message is None:
            return
        if message["type"] == "set_state":
            await manager.handle_set_state(message)


async def fingers(presses, count):
    loop = asyncio.get_running_loop()
    for n in range(count):
        pressed_at = loop.time() + 0.03
        await asyncio.sleep(0.03)
        presses.put_nowait((pressed_at, ("up", "down", "select")[n % 3]))


def track(n):
    artists = [f"artist {n % 40}", f"artist {n % 70}"]
    artwork = {"url": f"https://img.example/{n}", "width": 600, "height": 600}
    return {"id": n, "name": f"track {n}", "artists": artists, "artwork": artwork, "length": 180}


async def main():
    queue = [track(n) for n in range(14000)]
    listener = Listener()
    manager = PlayerStateManager(PlayerState(queue), listener)
    inbox, presses = asyncio.Queue(), asyncio.Queue()
    remote = Remote()
    receiver = asyncio.create_task(receive_messages(inbox, manager), name="mrp-receiver")
    buttons = asyncio.create_task(remote.press_buttons(presses), name="remote")
    user = asyncio.create_task(fingers(presses, 20), name="user")
    for n in range(3):
        inbox.put_nowait({"type": "set_state", "title": f"song {n}", "position": 0})
        inbox.put_nowait({"type": "volume", "level": 30})
        await asyncio.sleep(0.25)
    inbox.put_nowait(None)
    await receiver
    await user
    await asyncio.sleep(0.05)
    buttons.cancel()
    await asyncio.gather(buttons, return_exceptions=True)
    slowest, button = max(remote.latencies)
    print(f"{len(listener.changes)} changes, slowest button: {button} {slowest * 1000:.0f} ms")


asyncio.run(main())
