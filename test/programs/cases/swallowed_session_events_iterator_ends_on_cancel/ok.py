import asyncio


class EventStream:
    def __init__(self, name):
        self.name = name
        self._queue = asyncio.Queue()
        self._closed = False

    def publish(self, event):
        self._queue.put_nowait(event)

    def close(self):
        self._closed = True
        self._queue.put_nowait(None)

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self._closed and self._queue.empty():
            raise StopAsyncIteration
        event = await self._queue.get()
        if event is None:
            raise StopAsyncIteration
        return event


class Store:
    def __init__(self):
        self.documents = {}

    async def write(self, name, parts):
        await asyncio.sleep(0.3)
        self.documents[name] = " ".join(parts)


class TranscriptRecorder:
    def __init__(self, stream, store):
        self._stream = stream
        self._store = store
        self._parts = []
        self.state = "recording"

    async def run(self):
        async for event in self._stream:
            self._parts.append(event)
        self.state = "complete"
        await self._store.write(self._stream.name, self._parts)


async def speak(stream, words):
    for word in words:
        await asyncio.sleep(0.08)
        stream.publish(word)


async def main():
    store = Store()
    calls = {}
    for name in ("call-1", "call-2"):
        stream = EventStream(name)
        recorder = TranscriptRecorder(stream, store)
        task = asyncio.create_task(recorder.run(), name=f"recorder-{name}")
        calls[name] = (stream, recorder, task)
    texts = {
        "call-1": "good morning all",
        "call-2": "please hold the line for the next free clerk",
    }
    talk = [
        asyncio.create_task(speak(calls[name][0], text.split()), name=f"talk-{name}") for name, text in texts.items()
    ]
    await talk[0]
    calls["call-1"][0].close()
    await calls["call-1"][2]
    print("finished:", sorted(store.documents))

    _, recorder, task = calls["call-2"]
    task.cancel()
    await asyncio.wait({task})
    await asyncio.wait(talk)
    print("call-2 aborted:", task.cancelled(), "state:", recorder.state)
    print("stored:", sorted(store.documents))


asyncio.run(main())
