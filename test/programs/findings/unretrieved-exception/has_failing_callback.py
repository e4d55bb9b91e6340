import asyncio


def publish(future):
    raise RuntimeError("nobody listens")  # here


async def main():
    future = asyncio.get_running_loop().create_future()
    future.add_done_callback(publish)
    future.set_result(1)
    await asyncio.sleep(0.05)


asyncio.run(main())
