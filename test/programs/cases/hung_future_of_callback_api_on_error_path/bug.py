import asyncio


class Adapter:
    """A callback API, as a driver has it."""

    def request(self, name, on_ok, on_error):
        loop = asyncio.get_running_loop()
        if name == "rssi":
            loop.call_later(0.03, on_error, "not connected")
        else:
            loop.call_later(0.03, on_ok, len(name))


class Device:
    def __init__(self, adapter):
        self.adapter = adapter
        self.log = []

    async def read(self, name):
        done = asyncio.get_running_loop().create_future()
        self.adapter.request(name, done.set_result, self.log.append)
        return await done


async def main():
    device = Device(Adapter())
    values = []
    for name in ("battery", "rssi", "name"):
        values.append(await device.read(name))
    print(values, device.log)


asyncio.run(main())
