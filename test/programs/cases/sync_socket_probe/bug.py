import asyncio
import socket
import threading
import time


def slow_service(server):
    connection, _ = server.accept()
    time.sleep(0.5)
    connection.sendall(b"ready\n")
    connection.close()


def probe(port):
    with socket.create_connection(("127.0.0.1", port)) as connection:
        return connection.recv(100)


async def health(port):
    return probe(port)


async def requests():
    while True:
        await asyncio.sleep(0.01)


async def main():
    server = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=slow_service, args=(server,)).start()
    busy = asyncio.create_task(requests(), name="requests")
    await asyncio.sleep(0.05)
    print(await asyncio.create_task(health(server.getsockname()[1]), name="health"))
    busy.cancel()
    server.close()


asyncio.run(main())
