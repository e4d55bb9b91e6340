import asyncio


class Entity:
    def __init__(self):
        self.available = None

    async def async_update(self):
        await asyncio.sleep(0.01)
        self.available = True


class Sensor(Entity):
    async def async_update(self):
        await super().async_update()
        await asyncio.sleep(0.01)
        self.value = 21


async def main():
    sensors = [Sensor() for _ in range(3)]
    await asyncio.gather(*(sensor.async_update() for sensor in sensors))
    print([sensor.available for sensor in sensors])


asyncio.run(main())
