import asyncio
import json
import zlib


def table(rows):
    return [{"id": number, "name": f"station {number}", "values": [number % 7] * 30} for number in range(rows)]


class Response:
    def __init__(self, data):
        self.data = data
        self.body = b""

    def encode(self):
        text = json.dumps(self.data)
        for level in (6, 9):
            self.body = zlib.compress(text.encode(), level)


async def compress(handler, request):
    response = await handler(request)
    response.encode()
    return response


async def weather(request):
    await asyncio.sleep(0.01)
    return Response(table(request["rows"]))


async def health(late):
    loop = asyncio.get_running_loop()
    while True:
        before = loop.time()
        await asyncio.sleep(0.02)
        late.append(loop.time() - before - 0.02)


async def main():
    late = []
    checking = asyncio.create_task(health(late), name="health")
    for rows in (10, 40_000, 20):
        response = await asyncio.create_task(compress(weather, {"rows": rows}), name=f"GET rows={rows}")
        await asyncio.sleep(0.03)
        print(rows, len(response.body))
    checking.cancel()


asyncio.run(main())
