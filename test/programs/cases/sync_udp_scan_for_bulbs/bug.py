import asyncio
import json
import socket
import threading

PROBE = b'{"method": "registration"}'


class Bulb:
    def __init__(self, mac):
        self.mac = mac
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.address = self.sock.getsockname()
        self.thread = threading.Thread(target=self._answer, daemon=True)
        self.thread.start()

    def _answer(self):
        while True:
            data, peer = self.sock.recvfrom(1024)
            if data == b"off":
                break
            self.sock.sendto(json.dumps({"mac": self.mac}).encode(), peer)

    def switch_off(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.sendto(b"off", self.address)
        self.thread.join(1)
        self.sock.close()


class Discovery:
    def __init__(self, targets, window):
        self.targets = targets
        self.window = window
        self.found = {}

    def _scan(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(self.window)
            for target in self.targets:
                sock.sendto(PROBE, target)
            while True:
                try:
                    data, peer = sock.recvfrom(1024)
                except socket.timeout:
                    return
                self.found[json.loads(data)["mac"]] = peer

    async def run(self, rounds):
        for _ in range(rounds):
            self._scan()
            await asyncio.sleep(0.15)


async def keep_websocket_alive(late):
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + 0.05
        await asyncio.sleep(0.05)
        late.append(loop.time() - due)


async def main():
    bulbs = [Bulb("a8bb50%02d" % n) for n in range(2)]
    late = []
    keepalive = asyncio.create_task(keep_websocket_alive(late), name="websocket-keepalive")
    await asyncio.sleep(0.1)
    discovery = Discovery([bulb.address for bulb in bulbs], window=0.35)
    await asyncio.create_task(discovery.run(3), name="discovery")
    await asyncio.sleep(0.1)
    keepalive.cancel()
    await asyncio.gather(keepalive, return_exceptions=True)
    for bulb in bulbs:
        await asyncio.to_thread(bulb.switch_off)
    print("found %s, latest ping: %d ms late" % (sorted(discovery.found), max(late) * 1000))


asyncio.run(main())
