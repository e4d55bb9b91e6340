import asyncio
import http.server
import logging
import logging.handlers
import queue
import threading
import time


class Collector(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(0.18)
        self.server.received.append(body)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args):
        pass


def start_collector():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    server.received = []
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True, name="log-collector").start()
    return server


def configure_logging(server):
    log = logging.getLogger("shop")
    log.setLevel(logging.INFO)
    log.propagate = False
    sender = logging.handlers.HTTPHandler(f"127.0.0.1:{server.server_port}", "/ingest", method="POST")
    lines = queue.SimpleQueue()
    log.addHandler(logging.handlers.QueueHandler(lines))
    listener = logging.handlers.QueueListener(lines, sender)
    listener.start()
    return log, listener


class Stock:
    def __init__(self, log):
        self.log = log
        self.left = {"mug": 3, "shirt": 40}

    async def reserve(self, article):
        await asyncio.sleep(0.01)
        if self.left[article] == 0:
            self.log.warning("out of stock: %s", article)
            return False
        self.left[article] -= 1
        return True


async def handle_order(stock, article, took):
    loop = asyncio.get_running_loop()
    started = loop.time()
    accepted = await stock.reserve(article)
    took.append(loop.time() - started)
    return accepted


async def serve(stock, took):
    orders = []
    for n in range(14):
        article = "mug" if n % 2 else "shirt"
        orders.append(asyncio.create_task(handle_order(stock, article, took), name=f"order-{n}"))
        await asyncio.sleep(0.04)
    return await asyncio.gather(*orders)


async def main():
    collector = start_collector()
    log, listener = configure_logging(collector)
    stock = Stock(log)
    took = []
    accepted = await serve(stock, took)
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, listener.stop)
    await loop.run_in_executor(None, collector.shutdown)
    print(f"{sum(accepted)} of {len(accepted)} accepted, slowest order: {max(took) * 1000:.0f} ms")


asyncio.run(main())
