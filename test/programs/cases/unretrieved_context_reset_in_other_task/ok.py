import asyncio
import contextvars

request_id = contextvars.ContextVar("request_id")


class Request:
    def __init__(self, ident):
        self.ident = ident
        self.token = None

    def begin(self):
        self.token = request_id.set(self.ident)

    def finish(self):
        request_id.reset(self.token)


async def respond(request):
    request.begin()
    await asyncio.sleep(0.02)
    print("answered", request.ident)
    request.finish()


async def main():
    running = []
    for ident in ("r1", "r2"):
        request = Request(ident)
        task = asyncio.create_task(respond(request), name=f"respond {ident}")
        running.append(task)
    await asyncio.wait(running)


asyncio.run(main())
