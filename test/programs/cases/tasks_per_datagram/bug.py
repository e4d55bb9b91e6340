import asyncio


class Node(asyncio.DatagramProtocol):
    def __init__(self):
        self.lock = asyncio.Lock()
        self.tasks = set()
        self.stored = 0

    async def store(self, data):
        async with self.lock:
            await asyncio.sleep(0.003)
            self.stored += 1

    def datagram_received(self, data, address):
        task = asyncio.get_running_loop().create_task(self.store(data))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


async def flood(node, packets):
    for number in range(packets):
        node.datagram_received(b"%d" % number, None)
        if number % 5 == 0:
            await asyncio.sleep(0.001)


async def main():
    node = Node()
    await flood(node, 300)
    while node.tasks:
        await asyncio.wait(node.tasks)
    print(node.stored)


asyncio.run(main())
