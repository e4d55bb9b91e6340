"""CPython's cases for TLS that network.py does not tell. The twin, tls.ts, is written by hand."""

import asyncio
import os
import ssl
import tempfile

from harness import scenario
from peers import HOST, Keeps, Pair, certified, kind, listening, trusting

TLS = {"server": {"ssl": certified()}, "client": {"ssl": trusting(), "server_hostname": "localhost"}}


@scenario(
    "TLS over a Unix socket",
    "test_events.test_create_ssl_unix_connection, test_create_unix_server_ssl, test_create_unix_server_ssl_verified,"
    " test_create_unix_server_ssl_verify_failed; test_streams.test_open_unix_connection_no_loop_ssl",
)
async def over_unix(log):
    loop = asyncio.get_running_loop()
    path = os.path.join(tempfile.mkdtemp(), "socket")
    server = await loop.create_unix_server(lambda: Keeps(answer=bytes.upper), path, ssl=certified())
    _, client = await loop.create_unix_connection(Keeps, path, ssl=trusting(), server_hostname="localhost")
    client.transport.write(b"secret")
    await client.until(lambda: len(client.data) == 6)
    log(client.data, client.transport.get_extra_info("cipher") is not None)
    client.transport.close()
    await client.lost
    for context, name in ((ssl.create_default_context(), "localhost"), (trusting(), "elsewhere.test")):
        try:
            await loop.create_unix_connection(Keeps, path, ssl=context, server_hostname=name)
        except ssl.SSLError:
            log("refused", name)
    reader, writer = await asyncio.open_unix_connection(path, ssl=trusting(), server_hostname="localhost")
    writer.write(b"stream")
    log(await reader.readexactly(6))
    writer.close()
    await writer.wait_closed()
    server.close()
    await server.wait_closed()


@scenario(
    "much data, and then the end, from either side",
    "test_ssl.test_shutdown_cleanly, test_flush_before_shutdown, test_remote_shutdown_receives_trailing_data",
)
async def flush(log):
    size = 3_000_000
    async with Pair(Keeps, Keeps, **TLS) as (client, server):
        client.transport.write(b"x" * size)
        client.transport.close()
        await asyncio.gather(client.lost, server.lost)
        log(len(server.data), server.events, client.events[-1])
    async with Pair(Keeps, Keeps, **TLS) as (client, server):
        server.transport.write(b"y" * size)
        server.transport.close()
        await asyncio.gather(client.lost, server.lost)
        log(len(client.data), client.events, server.events[-1])


@scenario(
    "TLS that begins on an open connection, by the loop",
    "test_ssl.test_start_tls_client_buf_proto_1; test_sslproto.test_start_tls_client_reg_proto_1, test_start_tls_client_buf_proto_1, test_start_tls_server_1, test_set_new_app_protocol, test_buf_feed_data",
)
async def start_by_loop(log):
    loop = asyncio.get_running_loop()

    class Buffered(asyncio.BufferedProtocol):
        def __init__(self):
            self.buffer, self.data = bytearray(5), b""
            self.lost, self.filled = loop.create_future(), loop.create_future()

        def get_buffer(self, size_hint):
            return self.buffer

        def buffer_updated(self, count):
            self.data += bytes(self.buffer[:count])
            if len(self.data) == 15:
                self.filled.set_result(None)

        def connection_lost(self, error):
            self.lost.set_result(kind(error))

    for buffered in (False, True):
        async with Pair(Keeps, Keeps) as (client, server):
            client.transport.write(b"plain")
            await server.until(lambda: server.data == b"plain")
            protocol = Buffered() if buffered else client

            async def serve():
                server.transport = await loop.start_tls(server.transport, server, certified(), server_side=True)
                server.transport.write(b"from the server")

            serving = asyncio.create_task(serve())
            context = trusting()
            transport = await loop.start_tls(client.transport, protocol, context, server_hostname="localhost")
            transport.set_protocol(protocol)
            log(transport.get_protocol() is protocol, transport.get_extra_info("peercert") is not None)
            transport.write(b" and secret")
            await serving
            await server.until(lambda: len(server.data) == 16)
            # What comes after close() is an error in CPython, and dropped by Node.
            await (protocol.filled if buffered else client.until(lambda: len(client.data) == 15))
            transport.write(b" end")
            transport.close()
            await server.lost
            log(server.data, server.events[-1])
            if buffered:
                log(await protocol.lost)
            else:
                await client.lost
                log(client.events[-1])


@scenario(
    "a peer that talks no TLS",
    "test_ssl.test_start_tls_client_corrupted_ssl; test_sslproto.test_start_tls_client_corrupted_ssl",
)
async def no_tls(log):
    loop = asyncio.get_running_loop()
    async with Pair(Keeps, Keeps) as (client, server):
        starting = asyncio.create_task(
            loop.start_tls(client.transport, client, trusting(), server_hostname="localhost")
        )
        await server.until(lambda: server.data)
        server.transport.write(b"please corrupt the handshake, thank you")
        try:
            await starting
        except OSError as error:
            log(kind(error))


@scenario("a peer that closes in the handshake", "test_sslproto.test_eof_received_waiter, test_connection_lost")
async def closes_in_handshake(log):
    loop = asyncio.get_running_loop()

    async def hang_up(reader, writer):
        await reader.read(10)
        writer.close()

    async with await asyncio.start_server(hang_up, HOST, 0) as server:
        port = server.sockets[0].getsockname()[1]
        try:
            await loop.create_connection(Keeps, HOST, port, ssl=trusting(), server_hostname="localhost")
        except ConnectionResetError:
            log("reset")


@scenario(
    "a handshake that is cancelled",
    "test_ssl.test_start_tls_slow_client_cancel; test_sslproto.test_start_tls_slow_client_cancel, test_close_during_handshake",
)
async def cancelled_handshake(log):
    loop = asyncio.get_running_loop()
    async with Pair(Keeps, Keeps) as (client, server):
        starting = asyncio.create_task(
            loop.start_tls(client.transport, client, trusting(), server_hostname="localhost")
        )
        await server.until(lambda: server.data)
        starting.cancel()
        try:
            await starting
        except asyncio.CancelledError:
            log("cancelled")
        await server.lost
        log(server.events[-1])


@scenario(
    "a slow handshake, and a certificate that is refused, by start_tls",
    "test_sslproto.test_create_connection_ssl_slow_handshake, test_create_connection_ssl_failed_certificate",
)
async def slow_and_refused(log):
    loop = asyncio.get_running_loop()
    async with Pair(Keeps, Keeps) as (client, server):
        try:
            await loop.start_tls(
                client.transport, client, trusting(), server_hostname="localhost", ssl_handshake_timeout=0.1
            )
        except ConnectionAbortedError as error:
            log(error)
    server = await loop.create_server(Keeps, HOST, 0, ssl=certified())
    port = server.sockets[0].getsockname()[1]
    try:
        await loop.create_connection(
            Keeps, HOST, port, ssl=ssl.create_default_context(), server_hostname="localhost", ssl_handshake_timeout=60
        )
    except ssl.SSLError:
        log("refused")
    server.close()
    await server.wait_closed()


@scenario(
    "an accepted socket gets TLS",
    "test_ssl.test_ssl_connect_accepted_socket; test_events.test_ssl_connect_accepted_socket, test_connect_accepted_socket_ssl_timeout_for_plain_socket",
)
async def accepted(log):
    loop = asyncio.get_running_loop()
    listener, address = listening()
    connecting = asyncio.create_task(
        loop.create_connection(Keeps, *address, ssl=trusting(), server_hostname="localhost")
    )
    sock, _ = await loop.sock_accept(listener)
    try:
        await loop.connect_accepted_socket(Keeps, sock, ssl_handshake_timeout=1)
    except ValueError as error:
        log(error)
    _, server = await loop.connect_accepted_socket(lambda: Keeps(answer=bytes.upper), sock, ssl=certified())
    _, client = await connecting
    client.transport.write(b"hello")
    await client.until(lambda: len(client.data) == 5)
    log(client.data, server.data)
    client.transport.close()
    await asyncio.gather(client.lost, server.lost)
    listener.close()


@scenario(
    "a TLS connection that is closing",
    "test_sslproto.test_write_after_closing, test_data_received_after_closing, test_get_extra_info_on_closed_connection",
)
async def closing(log):
    async with Pair(Keeps, Keeps, **TLS) as (client, server):
        client.transport.close()
        client.transport.write(b"to nobody")
        log(client.transport.is_closing())
        await asyncio.gather(client.lost, server.lost)
        log(client.data, server.data, client.events[-1], server.events[-1])
        log(client.transport.get_extra_info("nothing", "otherwise"))


@scenario("TLS within TLS", "test_ssl.test_create_server_ssl_over_ssl; test_sslproto.test_close_during_ssl_over_ssl")
async def within(log):
    loop = asyncio.get_running_loop()
    async with Pair(Keeps, Keeps, **TLS) as (client, server):

        async def serve():
            server.transport = await loop.start_tls(server.transport, server, certified(), server_side=True)
            server.transport.write(b"inner")

        serving = asyncio.create_task(serve())
        transport = await loop.start_tls(client.transport, client, trusting(), server_hostname="localhost")
        transport.write(b"doubly secret")
        await serving
        await server.until(lambda: len(server.data) == 13)
        await client.until(lambda: len(client.data) == 5)
        log(server.data, client.data)
        transport.close()
        await asyncio.gather(client.lost, server.lost)
        log(client.events[-1], server.events[-1])


@scenario(
    "options of TLS without it",
    "test_base_events.test_create_connection_ssl_timeout_for_plain_socket, test_create_server_ssl_timeout_for_plain_socket, test_create_connection_no_ssl_server_hostname_errors, test_create_connection_ssl_server_hostname_errors; test_sslproto.test_start_tls_wrong_args",
)
async def without_tls(log):
    loop = asyncio.get_running_loop()

    async def attempt(name, start):
        try:
            await start()
            log(name, "began")
        except ValueError as error:
            log(name, error)

    await attempt("name", lambda: loop.create_connection(Keeps, HOST, 1, server_hostname="localhost"))
    await attempt("timeout", lambda: loop.create_connection(Keeps, HOST, 1, ssl_handshake_timeout=1))
    await attempt("server", lambda: loop.create_server(Keeps, HOST, 0, ssl_handshake_timeout=1))
    await attempt("unix", lambda: loop.create_unix_connection(Keeps, "/nowhere", ssl=trusting()))
    async with Pair(Keeps, Keeps) as (client, _):
        sock = client.transport.get_extra_info("socket")
        await attempt("sock", lambda: loop.create_connection(Keeps, sock=sock, ssl=trusting()))
