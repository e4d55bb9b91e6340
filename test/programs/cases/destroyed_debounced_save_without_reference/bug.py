import asyncio
import gc


class Document:
    def __init__(self):
        self.text = ""
        self.saved = 0

    async def _save_when_quiet(self):
        quiet = asyncio.Event()
        self_test = [quiet]
        self_test.append(self_test)
        await quiet.wait()
        self.saved += 1

    def change(self, text):
        self.text = text
        asyncio.ensure_future(self._save_when_quiet())


async def autosave_report(documents):
    for _ in range(6):
        await asyncio.sleep(0.02)
        gc.collect()
    return sum(document.saved for document in documents)


async def typing(document):
    for letter in "hello":
        await asyncio.sleep(0.01)
        document.change(document.text + letter)


async def main():
    documents = [Document(), Document()]
    report = asyncio.create_task(autosave_report(documents), name="report")
    await asyncio.gather(*(typing(document) for document in documents))
    print("saved", await report)


asyncio.run(main())
