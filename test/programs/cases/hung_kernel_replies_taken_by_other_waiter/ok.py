import asyncio
import itertools


class Kernel:
    """Runs cells on the main shell and completions on a second one beside it."""

    def __init__(self):
        self.shell_in = asyncio.Queue()
        self.shell_out = asyncio.Queue()
        self.iopub = asyncio.Queue()

    async def _answer(self, request, seconds):
        await asyncio.sleep(seconds)
        if request["type"] == "execute_request":
            self.iopub.put_nowait(f"output of {request['code']}")
        self.shell_out.put_nowait({"parent": request["id"], "status": "ok"})

    async def run(self):
        async with asyncio.TaskGroup() as shells:
            while True:
                request = await self.shell_in.get()
                seconds = 0.15 if "train" in request["code"] else 0.02
                shells.create_task(self._answer(request, seconds), name=f"kernel-{request['id']}")


class KernelClient:
    def __init__(self, kernel):
        self._kernel = kernel
        self._ids = itertools.count(1)
        self._pending = {}

    async def dispatch_replies(self):
        while True:
            reply = await self._kernel.shell_out.get()
            waiter = self._pending.pop(reply["parent"], None)
            if waiter is not None and not waiter.done():
                waiter.set_result(reply)

    def _send(self, kind, code):
        request = {"id": next(self._ids), "type": kind, "code": code}
        self._kernel.shell_in.put_nowait(request)
        return request["id"]

    async def _receive_reply(self, request_id):
        waiter = asyncio.get_running_loop().create_future()
        self._pending[request_id] = waiter
        return await waiter

    async def execute(self, code):
        return await self._receive_reply(self._send("execute_request", code))

    async def complete(self, code):
        return await self._receive_reply(self._send("complete_request", code))


async def show_output(kernel):
    while True:
        print(await kernel.iopub.get(), flush=True)


async def run_cells(client, cells):
    for number, code in enumerate(cells, 1):
        reply = await client.execute(code)
        print(f"[{number}] {reply['status']}", flush=True)


async def type_in_editor(client):
    await asyncio.sleep(0.12)
    await client.complete("model.tr")
    print("completions shown", flush=True)


async def main():
    kernel = Kernel()
    running = asyncio.create_task(kernel.run(), name="kernel")
    output = asyncio.create_task(show_output(kernel), name="iopub-listener")
    client = KernelClient(kernel)
    replies = asyncio.create_task(client.dispatch_replies(), name="shell-reader")
    notebook = asyncio.create_task(run_cells(client, ["import model", "load()", "train()", "plot()"]), name="notebook")
    editor = asyncio.create_task(type_in_editor(client), name="editor")
    await asyncio.gather(notebook, editor)
    await asyncio.sleep(0.01)
    running.cancel()
    output.cancel()
    replies.cancel()


asyncio.run(main())
