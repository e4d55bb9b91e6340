import asyncio
import hashlib


def hash_password(password):
    return hashlib.pbkdf2_hmac("sha512", password.encode(), b"salt", ROUNDS).hex()


async def login(user, password):
    await asyncio.sleep(0.01)
    return hash_password(password)


async def ping():
    while True:
        await asyncio.sleep(0.01)


ROUNDS = 700_000


async def main():
    pinging = asyncio.create_task(ping(), name="ping")
    await asyncio.sleep(0.03)
    print(len(await asyncio.create_task(login("ann", "secret"), name="login")))
    pinging.cancel()


asyncio.run(main())
