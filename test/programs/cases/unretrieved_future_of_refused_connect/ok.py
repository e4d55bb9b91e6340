import asyncio


class MqttError(Exception):
    pass


class Client:
    def __init__(self):
        loop = asyncio.get_running_loop()
        self.connected = loop.create_future()
        self.disconnected = loop.create_future()

    def on_connect(self, code):
        self.connected.set_exception(MqttError(f"code {code}: not authorised"))

    def on_disconnect(self, code):
        if not self.connected.done() or self.connected.exception() is None:
            self.disconnected.set_exception(MqttError(f"code {code}: disconnected"))

    async def connect(self):
        loop = asyncio.get_running_loop()
        loop.call_later(0.02, self.on_connect, 5)
        loop.call_later(0.04, self.on_disconnect, 5)
        try:
            await self.connected
        finally:
            await asyncio.sleep(0.05)


async def run():
    try:
        await Client().connect()
    except MqttError as error:
        print("failed:", error)


async def main():
    await asyncio.create_task(run(), name="bridge")
    await asyncio.sleep(0.05)


asyncio.run(main())
