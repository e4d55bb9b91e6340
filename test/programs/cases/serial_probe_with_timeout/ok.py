import asyncio


async def answer(reader, writer):
    await reader.readline()
    await asyncio.sleep(0.06)
    writer.write(b"pong\n")
    await writer.drain()
    writer.close()


async def probe(address):
    reader, writer = await asyncio.open_connection(*address)
    writer.write(b"ping\n")
    reply = await reader.readline()
    writer.close()
    return reply == b"pong\n"


async def status(hosts):
    return sum(await asyncio.gather(*(asyncio.wait_for(probe(host), 1) for host in hosts)))


async def main():
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    hosts = [server.sockets[0].getsockname()] * 10
    print(await asyncio.create_task(status(hosts), name="status"))
    server.close()


asyncio.run(main())
