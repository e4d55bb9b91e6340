import asyncio


class Logger:
    def __init__(self, sink):
        self.sink = sink
        self.lock = asyncio.Lock()
        self.deliveries = []

    async def log(self, message):
        async with self.lock:
            name = f"deliver-{message}"
            self.deliveries.append(asyncio.create_task(self.sink(self, message), name=name))

    async def flush(self):
        async with self.lock:
            deliveries, self.deliveries = self.deliveries, []
            for delivery in deliveries:
                await delivery


async def send_to_collector(logger, message):
    await asyncio.sleep(0.05)
    if message.startswith("large"):
        await logger.log("cut")
    return len(message)


async def main():
    logger = Logger(send_to_collector)
    await logger.log("started")
    await logger.log("large-report")
    await logger.flush()
    print("flushed")


asyncio.run(main())
