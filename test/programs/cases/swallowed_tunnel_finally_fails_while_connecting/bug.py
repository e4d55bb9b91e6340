import asyncio


class TunnelError(Exception):
    pass


class Forward:
    def __init__(self, port):
        self.port = port
        self.open = True

    def close(self):
        self.open = False


class Gateway:
    """A host that accepts two tunnels and then lets further handshakes wait."""

    def __init__(self):
        self.handshakes = 0
        self.drops = 2

    async def connect(self, port):
        self.handshakes += 1
        if self.handshakes <= self.drops:
            await asyncio.sleep(0.03)
            return Forward(port)
        await asyncio.sleep(30)
        return Forward(port)

    async def wait_closed(self, forward):
        await asyncio.sleep(0.04)
        raise TunnelError("connection reset by gateway")


class TunnelKeeper:
    def __init__(self, gateway, port):
        self._gateway = gateway
        self._port = port
        self.problems = []

    async def _session(self):
        try:
            forward = await self._gateway.connect(self._port)
            await self._gateway.wait_closed(forward)
        finally:
            forward.close()

    async def run(self):
        while True:
            try:
                await self._session()
            except Exception as exc:
                self.problems.append(type(exc).__name__)
                print("tunnel lost:", type(exc).__name__, flush=True)
            await asyncio.sleep(0.02)


class Metrics:
    def __init__(self):
        self.samples = 0

    async def run(self):
        while True:
            await asyncio.sleep(0.05)
            self.samples += 1


async def main():
    keeper = TunnelKeeper(Gateway(), 5432)
    metrics = Metrics()
    tunnel = asyncio.create_task(keeper.run(), name="tunnel-keeper")
    sampler = asyncio.create_task(metrics.run(), name="metrics")
    await asyncio.sleep(0.35)
    print("stopping, samples taken:", metrics.samples > 3, flush=True)
    sampler.cancel()
    tunnel.cancel()
    await asyncio.wait({sampler, tunnel})
    print("stopped, problems:", keeper.problems)


asyncio.run(main())
