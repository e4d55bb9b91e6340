"""A kitchen with two cooks, one oven and a dishwasher that holds everything up. Record it, and see who waits for whom."""

import asyncio
import time


async def bake(oven: asyncio.Lock, dish: str) -> str:
    async with oven:
        await asyncio.sleep(0.12)
    return dish


async def wash_up() -> None:
    await asyncio.sleep(0.2)
    time.sleep(0.4)  # blocks the event loop: nobody else can work meanwhile


async def cook(name: str, oven: asyncio.Lock, orders: "asyncio.Queue[str]") -> None:
    while True:
        dish = await orders.get()
        await asyncio.sleep(0.03)
        print(name, "serves", await bake(oven, dish))
        orders.task_done()


async def main() -> None:
    oven = asyncio.Lock()
    orders: "asyncio.Queue[str]" = asyncio.Queue()
    cooks = [asyncio.create_task(cook(name, oven, orders), name=name) for name in ("Ada", "Ben")]
    dishwasher = asyncio.create_task(wash_up(), name="dishwasher")
    for dish in ("bread", "lasagne", "cake", "pie", "pizza"):
        orders.put_nowait(dish)
    await orders.join()
    await dishwasher
    for each in cooks:
        each.cancel()


if __name__ == "__main__":
    asyncio.run(main())
