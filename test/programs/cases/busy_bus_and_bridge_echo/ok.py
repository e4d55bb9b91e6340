import asyncio


class Event:
    def __init__(self, kind, data, path=()):
        self.kind = kind
        self.data = data
        self.path = path


class Emitter:
    def __init__(self, name):
        self.name = name
        self.handlers = []
        self.inbox = asyncio.Queue()
        self.handled = 0

    def on(self, kind, handler):
        self.handlers.append((kind, handler))

    async def emit(self, event):
        if self.name in event.path:
            return
        event.path = event.path[-3:] + (self.name,)
        await self.inbox.put(event)

    async def run(self):
        while True:
            event = await self.inbox.get()
            self.handled += 1
            for kind, handler in self.handlers:
                if kind in ("*", event.kind):
                    await handler(event)


class Thermostat:
    def __init__(self, bus):
        self.bus = bus
        self.target = 20
        bus.on("target", self.on_target)

    async def on_target(self, event):
        self.target = event.data


async def main():
    bus = Emitter("app-bus")
    bridge = Emitter("nats-bridge")
    bus.on("*", bridge.emit)
    bridge.on("*", bus.emit)
    thermostat = Thermostat(bus)
    runners = [
        asyncio.create_task(bus.run(), name="app-bus"),
        asyncio.create_task(bridge.run(), name="nats-bridge"),
    ]
    for target in (21, 22):
        await asyncio.sleep(0.1)
        await bus.emit(Event("target", target))
    await asyncio.sleep(0.9)
    for runner in runners:
        runner.cancel()
    await asyncio.gather(*runners, return_exceptions=True)
    print(
        "target %d, the bus handled %s"
        % (thermostat.target, "2 events" if bus.handled == 2 else "far more than 2 events")
    )


asyncio.run(main())
