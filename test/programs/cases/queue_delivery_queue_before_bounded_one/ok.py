import asyncio


class Broker:
    def __init__(self, count):
        self.count = count

    async def _session(self, reader, writer):
        for number in range(self.count):
            writer.write(b"devices/%d online\n" % number)
            await writer.drain()
            if number % 5 == 0:
                await asyncio.sleep(0.005)
        writer.close()

    async def start(self):
        self.server = await asyncio.start_server(self._session, "127.0.0.1", 0)
        return self.server.sockets[0].getsockname()


class Protocol:
    def __init__(self, reader, writer):
        self.reader = reader
        self.writer = writer
        self.deliveries = asyncio.Queue(20)
        self.peak = 0

    async def read(self):
        while True:
            line = await self.reader.readline()
            await self.deliveries.put(line)
            self.peak = max(self.peak, self.deliveries.qsize())
            if not line:
                break


class Subscription:
    def __init__(self, protocol, receive_buffer_size):
        self.protocol = protocol
        self.messages = asyncio.Queue(receive_buffer_size)

    async def relay(self):
        while True:
            line = await self.protocol.deliveries.get()
            await self.messages.put(line)
            if not line:
                break


async def store_states(subscription, states):
    while True:
        line = await subscription.messages.get()
        if not line:
            break
        topic, state = line.decode().split()
        await asyncio.sleep(0.003)
        states[topic] = state


async def main():
    broker = Broker(450)
    address = await broker.start()
    reader, writer = await asyncio.open_connection(*address, limit=2048)
    protocol = Protocol(reader, writer)
    subscription = Subscription(protocol, receive_buffer_size=20)
    states = {}
    jobs = [
        asyncio.create_task(protocol.read(), name="mqtt-reader"),
        asyncio.create_task(subscription.relay(), name="subscription-relay"),
        asyncio.create_task(store_states(subscription, states), name="state-writer"),
    ]
    await asyncio.gather(*jobs)
    writer.close()
    broker.server.close()
    print("%d states, up to %d deliveries waiting" % (len(states), protocol.peak))


asyncio.run(main())
