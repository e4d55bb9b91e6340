import asyncio
from functools import partial


class Client:
    def __init__(self):
        self._callbacks = []

    def set_disconnected_callback(self, callback):
        self._callbacks.append(partial(callback, self))

    def _dropped(self):
        for callback in self._callbacks:
            callback()

    async def session(self):
        await asyncio.sleep(0.05)
        self._dropped()
        await asyncio.sleep(0.05)


class Manager:
    def __init__(self):
        self.client = Client()
        self.client.set_disconnected_callback(lambda client: asyncio.ensure_future(self.on_disconnected(client)))
        self.reconnects = 0

    async def on_disconnected(self, client):
        await asyncio.sleep(0.01)
        self.reconnects += 1

    async def run(self):
        await self.client.session()
        print("reconnects:", self.reconnects)


asyncio.run(Manager().run())
