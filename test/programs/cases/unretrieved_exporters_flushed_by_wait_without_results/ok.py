import asyncio


class Collector:
    def __init__(self, name, key):
        self.name = name
        self._key = key
        self.spans = []

    async def upload(self, batch):
        await asyncio.sleep(0.05)
        for span in batch:
            self.spans.append((span[self._key], span["ms"]))


class Exporter:
    def __init__(self, collector):
        self.collector = collector
        self._batch = []

    def add(self, span):
        self._batch.append(span)

    async def flush(self):
        batch, self._batch = self._batch, []
        await self.collector.upload(batch)


class Tracer:
    def __init__(self, exporters):
        self._exporters = exporters
        self.flushed = 0

    def record(self, name, ms):
        for exporter in self._exporters:
            exporter.add({"name": name, "ms": ms})

    async def flush(self, grace=0.5):
        tasks = [
            asyncio.create_task(exporter.flush(), name=f"flush-{exporter.collector.name}")
            for exporter in self._exporters
        ]
        done, pending = await asyncio.wait(tasks, timeout=grace)
        for task in pending:
            task.cancel()
        failed = [task for task in done if task.exception() is not None]
        for task in failed:
            print("could not flush:", task.get_name(), repr(task.exception()))
        self.flushed += len(done) - len(failed)
        return len(done) - len(failed)


class Api:
    def __init__(self, tracer):
        self._tracer = tracer
        self.handled = 0

    async def handle(self, path):
        await asyncio.sleep(0.05)
        self.handled += 1
        self._tracer.record(path, 20)


async def main():
    collectors = [Collector("local", "name"), Collector("cloud", "trace_id"), Collector("audit", "name")]
    tracer = Tracer([Exporter(collector) for collector in collectors])
    api = Api(tracer)
    for turn in range(8):
        await asyncio.gather(*(api.handle(f"/orders/{turn}/{line}") for line in range(5)))
        count = await tracer.flush()
        print("exporters flushed:", count)
    await asyncio.sleep(0.2)
    print("handled:", api.handled, "flushes:", tracer.flushed)
    print({collector.name: len(collector.spans) for collector in collectors})


asyncio.run(main())
