import asyncio
import hashlib
import tempfile
from pathlib import Path

FILES = 24


def manifest(root):
    entries = {}
    for path in sorted(root.iterdir()):
        entries[path.name] = hashlib.sha3_512(path.read_bytes()).hexdigest()
    return entries


async def sync_collection(root):
    await asyncio.sleep(0.02)
    entries = await asyncio.to_thread(manifest, root)
    await asyncio.sleep(0.02)
    return len(entries)


async def health():
    while True:
        await asyncio.sleep(0.01)


async def main(root):
    checking = asyncio.create_task(health(), name="health")
    print(await asyncio.create_task(sync_collection(root), name="sync-collection"))
    checking.cancel()


with tempfile.TemporaryDirectory() as folder:
    for number in range(FILES):
        Path(folder, f"{number}.bin").write_bytes(bytes(4_000_000))
    asyncio.run(main(Path(folder)))
