import asyncio
import threading


class RadioClient:
    """Synchronous face of an asynchronous radio library."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="radio-loop", daemon=True)
        self.thread.start()
        self.connected = True
        self.closed = threading.Event()

    def async_await(self, coro, timeout=None):
        return asyncio.run_coroutine_threadsafe(coro, self.loop).result(timeout)

    async def _write(self, data):
        await asyncio.sleep(0.02)
        return len(data)

    async def _disconnect(self):
        await asyncio.sleep(0.02)
        self.connected = False

    def write(self, data):
        return self.async_await(self._write(data))

    def disconnect(self):
        self.async_await(self._disconnect())
        self.closed.set()

    def on_link_lost(self):
        self.disconnect()

    def simulate_loss(self, after):
        self.loop.call_soon_threadsafe(self.loop.call_later, after, self.on_link_lost)


def main():
    radio = RadioClient()
    print("wrote", radio.write(b"hello"))
    radio.simulate_loss(0.1)
    radio.closed.wait()
    print("disconnected")


main()
