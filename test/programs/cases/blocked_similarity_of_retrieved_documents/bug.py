import asyncio
import random

DOCUMENTS = [[random.random() for _ in range(384)] for _ in range(3000)]


def rank(query):
    scores = []
    for number, document in enumerate(DOCUMENTS):
        dot = 0.0
        for left, right in zip(query, document):
            dot += left * right * (1 if left > right else 1.0001)
        scores.append((dot, number))
    scores.sort(reverse=True)
    return scores[:3]


async def search(query):
    await asyncio.sleep(0.01)
    best = rank(query)
    await asyncio.sleep(0.01)
    return best


async def ping(count):
    for _ in range(count):
        await asyncio.sleep(0.02)


async def small_request(number):
    await asyncio.sleep(0.005 * number)
    return number


async def main():
    pings = asyncio.create_task(ping(40), name="ping")
    small = [asyncio.create_task(small_request(number)) for number in range(20)]
    found = await search([random.random() for _ in range(384)])
    await asyncio.gather(*small, pings)
    print(len(found))


asyncio.run(main())
