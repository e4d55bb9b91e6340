import asyncio


class ChannelClosed(Exception):
    pass


class BrokerEnd:
    def __init__(self):
        self.requests = asyncio.Queue()
        self.replies = asyncio.Queue()
        self.published = 0

    async def serve(self):
        while True:
            method, arguments = await self.requests.get()
            await asyncio.sleep(0.01)
            if method == "queue.bind" and arguments["exchange"] == "audit":
                continue
            if method == "basic.publish":
                self.published += 1
            self.replies.put_nowait(method + "-ok")


class Channel:
    def __init__(self, broker, timeout):
        self._broker = broker
        self._timeout = timeout
        self._lock = asyncio.Lock()
        self.closed = False

    async def rpc(self, method, **arguments):
        async with self._lock:
            if self.closed:
                raise ChannelClosed(method)
            self._broker.requests.put_nowait((method, arguments))
            try:
                return await asyncio.wait_for(self._broker.replies.get(), self._timeout)
            except asyncio.TimeoutError:
                print("no answer to", method, flush=True)
                await self.close()
                raise

    async def close(self):
        await self.rpc("channel.close", reply_code=200)
        self.closed = True


async def declare_topology(channel):
    await channel.rpc("exchange.declare", exchange="orders")
    await channel.rpc("queue.declare", queue="billing")
    await channel.rpc("queue.bind", queue="billing", exchange="orders")
    await channel.rpc("queue.bind", queue="billing", exchange="audit")


async def publish_orders(channel):
    sent = 0
    try:
        while True:
            await channel.rpc("basic.publish", body=f"order {sent}")
            sent += 1
            await asyncio.sleep(0.03)
    except ChannelClosed:
        return sent


async def main():
    broker = BrokerEnd()
    server = asyncio.create_task(broker.serve(), name="broker")
    channel = Channel(broker, timeout=0.15)
    topology = asyncio.create_task(declare_topology(channel), name="topology")
    publisher = asyncio.create_task(publish_orders(channel), name="publisher")
    outcome, sent = await asyncio.gather(topology, publisher, return_exceptions=True)
    print("topology:", type(outcome).__name__, "published:", sent == broker.published)
    server.cancel()


asyncio.run(main())
