import asyncio
import gc


class ConnectionClosed(Exception):
    pass


class Protocol:
    def __init__(self):
        self.pings = {}
        self.sequence = 0

    def ping(self):
        self.sequence += 1
        waiter = asyncio.get_running_loop().create_future()
        self.pings[self.sequence] = waiter
        return waiter

    def connection_lost(self):
        for waiter in self.pings.values():
            waiter.set_exception(ConnectionClosed("code = 1006"))
        self.pings.clear()


async def keepalive(protocol, interval):
    while True:
        await asyncio.sleep(interval)
        protocol.ping()


async def main():
    protocol = Protocol()
    pinging = asyncio.create_task(keepalive(protocol, 0.03), name="keepalive")
    await asyncio.sleep(0.1)
    pinging.cancel()
    protocol.connection_lost()
    await asyncio.sleep(0.05)
    gc.collect()
    await asyncio.sleep(0.05)
    print("closed")


asyncio.run(main())
