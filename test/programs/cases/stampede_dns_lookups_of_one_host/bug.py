import asyncio
import itertools
import json
import time


class NameServer(asyncio.DatagramProtocol):
    """A name server somewhere far away."""

    def __init__(self):
        self.queries = 0

    def connection_made(self, transport):
        self._transport = transport

    def datagram_received(self, data, address):
        self.queries += 1
        query = json.loads(data)
        answer = json.dumps({"id": query["id"], "a": "192.0.2.10"}).encode()
        asyncio.get_running_loop().call_later(0.12, self._transport.sendto, answer, address)


class Resolver(asyncio.DatagramProtocol):
    def __init__(self):
        self._ids = itertools.count(1)
        self._waiting = {}

    def connection_made(self, transport):
        self._transport = transport

    def datagram_received(self, data, address):
        answer = json.loads(data)
        self._waiting.pop(answer["id"]).set_result(answer["a"])

    async def resolve(self, host):
        number = next(self._ids)
        future = self._waiting[number] = asyncio.get_running_loop().create_future()
        self._transport.sendto(json.dumps({"id": number, "host": host}).encode())
        return await future


class Connector:
    def __init__(self, resolver, ttl):
        self._resolver = resolver
        self._ttl = ttl
        self._cache = {}

    async def resolve_host(self, host):
        entry = self._cache.get(host)
        if entry is not None and entry[1] > time.monotonic():
            return entry[0]
        address = await self._resolver.resolve(host)
        self._cache[host] = (address, time.monotonic() + self._ttl)
        return address


class Session:
    def __init__(self, connector):
        self._connector = connector
        self.done = 0

    async def get(self, host, path):
        await self._connector.resolve_host(host)
        await asyncio.sleep(0.02)
        self.done += 1


async def main():
    loop = asyncio.get_running_loop()
    there, server = await loop.create_datagram_endpoint(NameServer, ("127.0.0.1", 0))
    address = there.get_extra_info("sockname")
    here, resolver = await loop.create_datagram_endpoint(Resolver, remote_addr=address)
    session = Session(Connector(resolver, ttl=0.3))
    for turn in range(3):
        gets = [
            asyncio.create_task(session.get("api.shop.example", f"/item/{n}"), name=f"get-{turn}-{n}")
            for n in range(16)
        ]
        await asyncio.gather(*gets)
        await session.get("api.shop.example", "/basket")
        await asyncio.sleep(0.32)
    here.close()
    there.close()
    print("requests", session.done, "queries", server.queries)


asyncio.run(main())
