import asyncio
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer


class Slow(BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(0.4)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ready")

    def log_message(self, *_):
        pass


def get(url):
    return urllib.request.urlopen(url).read()


async def wait_for_server(url):
    return await asyncio.get_running_loop().run_in_executor(None, get, url)


async def heartbeat(beats):
    while True:
        beats.append(time.monotonic())
        await asyncio.sleep(0.02)


async def main():
    server = HTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    beating = asyncio.create_task(heartbeat([]), name="heartbeat")
    await asyncio.sleep(0.05)
    print(await wait_for_server("http://127.0.0.1:%d/" % server.server_port))
    beating.cancel()


asyncio.run(main())
