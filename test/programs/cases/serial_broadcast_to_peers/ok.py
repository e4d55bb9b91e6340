import asyncio


class Peer:
    def __init__(self, number):
        self.number = number

    async def send(self, message):
        await asyncio.sleep(0.04)
        return self.number


async def broadcast(peers, message):
    return await asyncio.gather(*(peer.send(message) for peer in peers))


async def main():
    peers = [Peer(number) for number in range(8)]
    print(await broadcast(peers, "status"))


asyncio.run(main())
