import asyncio


class Peer:
    def __init__(self, number):
        self.number = number

    async def send(self, message):
        await asyncio.sleep(0.04)
        return self.number


async def broadcast(peers, message):
    acks = []
    for peer in peers:
        acks.append(await peer.send(message))
    return acks


async def main():
    peers = [Peer(number) for number in range(8)]
    print(await broadcast(peers, "status"))


asyncio.run(main())
