import asyncio


async def serve(reader, writer):
    request = await reader.readline()
    writer.write(b"echo " + request)
    await writer.drain()
    writer.close()


async def ask(port, text):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(text.encode())
    await writer.drain()
    answer = await reader.readline()
    writer.close()
    return answer


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    print(await ask(port, "hello"))
    server.close()


asyncio.run(main())
