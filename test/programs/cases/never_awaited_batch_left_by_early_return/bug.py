import asyncio


class Room:
    def __init__(self, members, muted):
        self.members = members
        self.muted = muted
        self.told = []

    async def tell(self, member, text):
        await asyncio.sleep(0.01)
        self.told.append((member, text))

    async def announce(self, text):
        pending = [self.tell(member, text) for member in self.members]
        if self.muted:
            return 0
        return len(await asyncio.gather(*pending))


async def main():
    for muted in (False, True):
        room = Room(["ann", "bob", "eve"], muted)
        announcing = asyncio.create_task(room.announce("hello"), name=f"announce-{muted}")
        print(await announcing, len(room.told))


asyncio.run(main())
