import asyncio


class Peer:
    def __init__(self, name, latency):
        self.name = name
        self.latency = latency
        self.seen = []

    async def _roundtrip(self, message):
        answer = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(self.latency, answer.set_result, len(message))
        return await answer

    async def send_result(self, message):
        size = await self._roundtrip(message)
        self.seen.append((message, size))


class Node:
    def __init__(self, peers):
        self.peers = peers

    async def broadcast(self, message):
        for peer in self.peers:
            await peer.send_result(message)

    async def infer(self, prompt):
        await asyncio.sleep(0.05)
        await self.broadcast(prompt.upper())


async def main():
    peers = [Peer(f"node-{n}", 0.04 + n / 200) for n in range(8)]
    await asyncio.create_task(Node(peers).infer("hello"), name="infer")
    print([peer.seen for peer in peers][:2])


asyncio.run(main())
