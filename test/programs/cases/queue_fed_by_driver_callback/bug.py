import asyncio


class Sensor:
    """Calls back 500 times a second, as a driver does."""

    def __init__(self, samples):
        self.samples = samples
        self.left = 400
        self.dropped = 0

    def start(self):
        asyncio.get_running_loop().call_later(0.002, self.tick)

    def tick(self):
        self.samples.put_nowait(self.left)
        self.left -= 1
        if self.left:
            self.start()


async def store(samples, stop):
    stored = 0
    while not stop.is_set() or not samples.empty():
        await samples.get()
        await asyncio.sleep(0.01)
        stored += 1
        if stop.is_set():
            break
    return stored


async def main():
    samples = asyncio.Queue()
    stop = asyncio.Event()
    sensor = Sensor(samples)
    sensor.start()
    storing = asyncio.create_task(store(samples, stop), name="store")
    while sensor.left:
        await asyncio.sleep(0.05)
    stop.set()
    print("stored", await storing, "left", samples.qsize(), "dropped", sensor.dropped)


asyncio.run(main())
