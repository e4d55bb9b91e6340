import asyncio

SYLLABLES = ["ad", "min", "im", "ages", "sys", "tem", "up", "load", "web", "por", "tal", "back"]
WORDS = [
    "%s%s%s%d" % (first, middle, last, number)
    for first in SYLLABLES
    for middle in SYLLABLES
    for last in SYLLABLES
    for number in range(100)
]
BLACKLIST = ["%s%s" % (stem, letter) for stem in ("image", "style", "fonts", "media") for letter in "bcdfghjklmnpqrst"]


class Wordlists:
    def __init__(self, words, blacklist):
        self.words = words
        self.blacklist = blacklist

    def _accepted(self, word):
        for entry in self.blacklist:
            if entry in word:
                return False
        return True

    def generate(self, hint):
        prefix = hint.rstrip("~0123456789")
        found = []
        for word in self.words:
            if self._accepted(word) and word.startswith(prefix):
                found.append(word)
        return found


class ShortnameModule:
    def __init__(self, wordlists):
        self.wordlists = wordlists
        self.tried = 0

    async def _fuzz(self, words):
        await asyncio.sleep(0.05)
        self.tried += len(words)

    async def handle(self, hint):
        words = self.wordlists.generate(hint)
        await self._fuzz(words)

    async def run(self, hints):
        for hint in hints:
            await asyncio.sleep(0.1)
            await self.handle(hint)


async def resolve_names(times):
    loop = asyncio.get_running_loop()
    while True:
        started = loop.time()
        await asyncio.sleep(0.01)
        times.append(loop.time() - started)


async def main():
    module = ShortnameModule(Wordlists(WORDS, BLACKLIST))
    times = []
    resolver = asyncio.create_task(resolve_names(times), name="dns-resolver")
    await asyncio.create_task(module.run(["admin~1", "system~1"]), name="ffuf-shortnames")
    resolver.cancel()
    await asyncio.gather(resolver, return_exceptions=True)
    print("tried %d words, slowest lookup: %d ms" % (module.tried, max(times) * 1000))


asyncio.run(main())
