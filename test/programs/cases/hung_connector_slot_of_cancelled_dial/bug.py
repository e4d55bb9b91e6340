import asyncio
import collections


class Connector:
    def __init__(self, limit):
        self.limit = limit
        self.used = 0
        self.waiters = collections.deque()

    async def connect(self, host):
        if self.used >= self.limit:
            waiter = asyncio.get_running_loop().create_future()
            self.waiters.append(waiter)
            await waiter
        self.used += 1
        try:
            await dial(host)
        except OSError:
            self.release()
            raise
        return host

    def release(self):
        self.used -= 1
        while self.waiters:
            waiter = self.waiters.popleft()
            if not waiter.done():
                waiter.set_result(None)
                break


async def dial(host):
    await asyncio.sleep(1.5 if host == "slow" else 0.01)


async def get(connector, host):
    await connector.connect(host)
    try:
        await asyncio.sleep(0.01)
        return 200
    finally:
        connector.release()


async def request(connector, host):
    try:
        return await asyncio.wait_for(get(connector, host), 0.1)
    except asyncio.TimeoutError:
        return 504


async def heartbeat():
    while True:
        await asyncio.sleep(0.25)


async def main():
    connector = Connector(2)
    beat = asyncio.create_task(heartbeat(), name="heartbeat")
    print(await asyncio.gather(*(request(connector, "fast") for _ in range(3))))
    print(await asyncio.gather(request(connector, "slow"), request(connector, "slow")))
    print(await get(connector, "fast"))
    beat.cancel()


asyncio.run(main())
