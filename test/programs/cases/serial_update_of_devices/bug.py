import asyncio


async def device(reader, writer):
    await reader.readline()
    await asyncio.sleep(0.03)
    writer.write(b"on\n")
    await writer.drain()
    writer.close()


async def update(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"state?\n")
    state = await reader.readline()
    writer.close()
    return state.decode().strip()


async def page(ports):
    return {port: await update(port) for port in ports}


async def main():
    servers = [await asyncio.start_server(device, "127.0.0.1", 0) for _ in range(6)]
    ports = [server.sockets[0].getsockname()[1] for server in servers]
    print(len(await asyncio.create_task(page(ports), name="page")))
    for server in servers:
        server.close()


asyncio.run(main())
