import asyncio
from collections import defaultdict


class ChannelLayer:
    def __init__(self):
        self.receive_buffer = defaultdict(asyncio.Queue)

    def deliver(self, channel, message):
        self.receive_buffer[channel].put_nowait(message)

    async def receive(self, channel):
        return await self.receive_buffer[channel].get()


class Backend:
    """Delivers from a timer, as a socket would."""

    def __init__(self, layer, channels, count):
        self.layer = layer
        self.channels = channels
        self.left = count
        self.done = asyncio.get_running_loop().create_future()

    def on_data(self):
        for channel in self.channels:
            self.layer.deliver(channel, self.left)
        self.left -= 1
        if self.left:
            asyncio.get_running_loop().call_later(0.002, self.on_data)
        else:
            self.done.set_result(None)


async def consume(layer, channel, pause, got):
    while True:
        await layer.receive(channel)
        got[channel] += 1
        await asyncio.sleep(pause)


async def main():
    layer = ChannelLayer()
    got = defaultdict(int)
    pauses = {"desktop": 0.0, "phone": 0.02}
    readers = [asyncio.create_task(consume(layer, name, pause, got), name=name) for name, pause in pauses.items()]
    backend = Backend(layer, list(pauses), 250)
    backend.on_data()
    await backend.done
    for reader in readers:
        reader.cancel()
    print(dict(got))


asyncio.run(main())
