import asyncio
import gc


class Ledger:
    """The remote side: takes its time for large orders."""

    def __init__(self):
        self.server = None

    async def start(self):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self.server.sockets[0].getsockname()[1]

    async def _serve(self, reader, writer):
        order, amount = (await reader.readline()).decode().split()
        await asyncio.sleep(0.02 if int(amount) < 100 else 0.35)
        writer.write(f"booked {order}\n".encode())
        writer.close()


class Checkout:
    def __init__(self, port):
        self.port = port
        self.booked = []

    async def _commit(self, order, amount):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(f"{order} {amount}\n".encode())
            answer = await reader.readline()
            self.booked.append(answer.decode().split()[1])
        finally:
            writer.close()
        return order

    async def place(self, order, amount):
        commit = self._commit(order, amount)
        try:
            await asyncio.wait_for(asyncio.shield(asyncio.create_task(commit, name=f"commit-{order}")), 0.1)
        except asyncio.TimeoutError:
            return f"{order}: accepted, confirmation follows by mail"
        return f"{order}: booked"


async def trim_memory(interval):
    while True:
        await asyncio.sleep(interval)
        gc.collect()


async def shop(checkout):
    for order, amount in (("A1", 20), ("A2", 450), ("A3", 35), ("A4", 900)):
        print(await checkout.place(order, amount))
        await asyncio.sleep(0.03)


async def main():
    ledger = Ledger()
    checkout = Checkout(await ledger.start())
    trimmer = asyncio.create_task(trim_memory(0.15), name="trim-memory")
    await asyncio.create_task(shop(checkout), name="shop")
    await asyncio.sleep(0.5)
    trimmer.cancel()
    await asyncio.gather(trimmer, return_exceptions=True)
    ledger.server.close()
    print("booked:", checkout.booked)


asyncio.run(main())
