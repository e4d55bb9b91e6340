import asyncio


class Resource:
    def __init__(self):
        self.readings = {}

    def decode(self, payload):
        checksum = 0
        for n in range(5500):
            checksum = (checksum * 31 + payload + n) & 0xFFFF
        return checksum

    def put(self, device, value):
        self.readings[device % 64] = value


class Server:
    def __init__(self, resource):
        self.resource = resource
        self.requests = set()
        self.answered = 0
        self.refused = 0

    def datagram_received(self, device, blocks):
        request = asyncio.create_task(self._handle(device, blocks), name=f"PUT /sensors/{device}")
        self.requests.add(request)
        request.add_done_callback(self.requests.discard)

    async def _handle(self, device, blocks):
        total = 0
        for block in blocks:
            total += self.resource.decode(block)
            await asyncio.sleep(0)
        self.resource.put(device, total)
        self.answered += 1


class Telemetry:
    def __init__(self, resource):
        self.resource = resource
        self.delays = []

    async def run(self, interval):
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + interval
            await asyncio.sleep(interval)
            self.delays.append(loop.time() - due)


async def storm(server, devices, rate):
    loop = asyncio.get_running_loop()
    started, sent = loop.time(), 0
    while sent < devices:
        await asyncio.sleep(0.01)
        due = min(devices, int((loop.time() - started) * rate))
        for device in range(sent, due):
            server.datagram_received(device, [device, 7, 11, 13])
        sent = due


async def main():
    server = Server(Resource())
    telemetry = Telemetry(server.resource)
    reporting = asyncio.create_task(telemetry.run(0.03), name="telemetry")
    await asyncio.sleep(0.2)
    await asyncio.create_task(storm(server, 240, 2000), name="wake-up-of-sensors")
    while server.requests:
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.1)
    reporting.cancel()
    await asyncio.gather(reporting, return_exceptions=True)
    print(f"{server.answered} answered, {server.refused} refused")
    print(f"telemetry was late by {max(telemetry.delays) * 1000:.0f} ms")


asyncio.run(main())
