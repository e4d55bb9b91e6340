import asyncio
import difflib
import random

LINES = 900


class Document:
    def __init__(self, lines):
        self.lines = lines

    def patch(self, lines):
        matcher = difflib.SequenceMatcher(None, self.lines, lines, autojunk=False)
        changes = matcher.get_opcodes()
        self.lines = lines
        return len(changes)


async def on_update(document, inbox):
    lines = await inbox.get()
    return document.patch(lines)


async def cursor(moves):
    for _ in range(40):
        await asyncio.sleep(0.01)
        moves.append(1)


async def main():
    chooser = random.Random(7)
    words = ["begin", "end", "if", "else", "return"]
    document = Document([chooser.choice(words) for _ in range(LINES)])
    inbox = asyncio.Queue()
    moves = []
    moving = asyncio.create_task(cursor(moves), name="cursor")
    updating = asyncio.create_task(on_update(document, inbox), name="update")
    await asyncio.sleep(0.05)
    inbox.put_nowait([chooser.choice(words) for _ in range(LINES)])
    print("changes", await updating > 10)
    await moving


asyncio.run(main())
