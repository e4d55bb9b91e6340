"""CPython's cases for sockets, servers and files that network.py does not tell. The twin, sockets.ts, is written by hand."""

import asyncio
import os
import socket
import tempfile

from harness import scenario
from peers import HOST, OTHER_HOST, Keeps, Pair, a_file, certified, kind, listening, trusting, unconnected

TLS = {"server": {"ssl": certified()}, "client": {"ssl": trusting(), "server_hostname": "localhost"}}


async def attempt(log, name, start):
    try:
        await start()
        log(name, "began")
    except ValueError as error:
        log(name, error)
    except OSError:
        log(name, "OSError")


@scenario(
    "arguments that contradict each other, and that are missing",
    "test_base_events.test_create_connection_host_port_sock, test_create_connection_no_host_port_sock,"
    " test_create_server_host_port_sock, test_create_server_no_host_port_sock,"
    " test_create_datagram_endpoint_noaddr_nofamily; test_events.test_create_unix_server_path_socket_error",
)
async def arguments(log):
    loop = asyncio.get_running_loop()
    sock, _ = listening()
    async with Pair(Keeps, Keeps) as (client, _):
        connected = client.transport.get_extra_info("socket")
        await attempt(log, "both", lambda: loop.create_connection(Keeps, HOST, 1, sock=connected))
    await attempt(log, "neither", lambda: loop.create_connection(Keeps))
    await attempt(log, "both", lambda: loop.create_server(Keeps, HOST, 1, sock=sock))
    await attempt(log, "neither", lambda: loop.create_server(Keeps))
    await attempt(log, "both", lambda: loop.create_unix_server(Keeps, "/nowhere/socket", sock=sock))
    await attempt(log, "neither", lambda: loop.create_unix_server(Keeps))
    await attempt(log, "neither", lambda: loop.create_unix_connection(Keeps))
    await attempt(log, "neither", lambda: loop.create_datagram_endpoint(asyncio.DatagramProtocol))
    sock.close()


@scenario(
    "addresses that cannot be had",
    "test_base_events.test_create_server_cant_bind, test_create_datagram_endpoint_cant_bind,"
    " test_create_connection_connect_err; test_streams.test_open_unix_connection_error;"
    " test_events.test_create_connection_local_addr_in_use",
)
async def cannot_be_had(log):
    loop = asyncio.get_running_loop()
    taken = await loop.create_server(Keeps, HOST, 0)
    port = taken.sockets[0].getsockname()[1]
    await attempt(log, "server", lambda: loop.create_server(Keeps, HOST, port))
    await attempt(log, "local", lambda: loop.create_connection(Keeps, HOST, port, local_addr=(HOST, port)))
    taken.close()
    await taken.wait_closed()
    await attempt(log, "connection", lambda: loop.create_connection(Keeps, HOST, port))
    await attempt(log, "no such file", lambda: asyncio.open_unix_connection("/no/such/socket"))
    await attempt(log, "no directory", lambda: loop.create_unix_server(Keeps, "/no/such/directory/socket"))
    endpoint, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=(HOST, 0))
    address = endpoint.get_extra_info("sockname")
    await attempt(log, "datagrams", lambda: loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=address))
    endpoint.close()


@scenario("from an address of one's own", "test_events.test_create_connection_local_addr")
async def local_address(log):
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Keeps, HOST, 0)
    there = server.sockets[0].getsockname()[1]
    transport, _ = await loop.create_connection(Keeps, HOST, there, local_addr=(HOST, 0))
    log(transport.get_extra_info("sockname")[0], transport.get_extra_info("peername")[1] == there)
    transport.abort()
    server.close()
    await server.wait_closed()


@scenario(
    "a server at two addresses, and one of a socket that listens already",
    "test_events.test_create_server_multiple_hosts_ipv4, test_create_server_sock, test_server_close, TestServer.test_get_loop;"
    " test_sock_lowlevel.test_create_connection_sock",
)
async def servers(log):
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Keeps(answer=bytes.upper), [HOST, OTHER_HOST, HOST], 0)
    log(len(server.sockets), server.get_loop() is loop, server.is_serving())
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    log(len(server.sockets), server.is_serving())
    await attempt(log, "closed", lambda: loop.create_connection(Keeps, HOST, port))
    sock, address = listening()
    server = await loop.create_server(lambda: Keeps(answer=bytes.upper), sock=sock)
    mine = unconnected()
    await loop.sock_connect(mine, address)
    transport, client = await loop.create_connection(Keeps, sock=mine)
    transport.write(b"hello")
    await client.until(lambda: len(client.data) == 5)
    log(client.data, len(server.sockets))
    transport.close()
    await client.lost
    server.close()
    await server.wait_closed()
    log(server.is_serving())


@scenario(
    "the file of a Unix server",
    "test_server.test_unix_server_sock_cleanup, test_unix_server_cleanup_gone, test_unix_server_cleanup_replaced,"
    " test_unix_server_cleanup_prevented",
)
async def unix_files(log):
    loop = asyncio.get_running_loop()
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "socket")

    server = await loop.create_unix_server(Keeps, path)
    server.close()
    await server.wait_closed()
    log("removed", os.path.exists(path))

    server = await loop.create_unix_server(Keeps, path)
    os.unlink(path)
    server.close()
    await server.wait_closed()
    log("gone", os.path.exists(path))

    first = await loop.create_unix_server(Keeps, path)
    os.unlink(path)
    second = await loop.create_unix_server(lambda: Keeps(answer=bytes.upper), path)
    first.close()
    await first.wait_closed()
    log("replaced", os.path.exists(path))
    transport, client = await loop.create_unix_connection(Keeps, path)
    transport.write(b"there")
    await client.until(lambda: len(client.data) == 5)
    log(client.data)
    transport.close()
    await client.lost
    second.close()
    await second.wait_closed()
    log("its own", os.path.exists(path))

    server = await loop.create_unix_server(Keeps, path, cleanup_socket=False)
    server.close()
    await server.wait_closed()
    log("kept", os.path.exists(path), os.listdir(folder))


@scenario(
    "streams over a Unix socket",
    "test_streams.test_open_unix_connection, test_start_unix_server; test_server.test_start_unix_server_1",
)
async def unix_streams(log):
    path = os.path.join(tempfile.mkdtemp(), "socket")

    async def answers(reader, writer):
        writer.write((await reader.readline()).upper())
        writer.close()

    def calls(reader, writer):
        asyncio.get_running_loop().create_task(answers(reader, writer))

    for handler in (answers, calls):
        server = await asyncio.start_unix_server(handler, path, start_serving=False)
        log(server.is_serving())
        await server.start_serving()
        serving = asyncio.create_task(server.serve_forever())
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(b"hello\n")
        log(server.is_serving(), await reader.read())
        writer.close()
        await writer.wait_closed()
        serving.cancel()
        try:
            await serving
        except asyncio.CancelledError:
            log("cancelled", server.is_serving())


@scenario(
    "two that drain at one time, and a reader whose writer is closed",
    "test_streams.test_multiple_drain, test_eof_feed_when_closing_writer",
)
async def two_drain(log):
    async def reads_later(reader, writer):
        await go.wait()
        while await reader.read(1_000_000):
            pass
        writer.close()

    go = asyncio.Event()
    async with await asyncio.start_server(reads_later, HOST, 0) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"x" * 20_000_000)
        drains = [asyncio.create_task(writer.drain()) for _ in range(2)]
        await asyncio.sleep(0.02)
        log([drain.done() for drain in drains])
        go.set()
        log(await asyncio.gather(*drains))
        writer.close()
        await writer.wait_closed()
        log(reader.at_eof(), await reader.read())


@scenario(
    "a datagram socket of one's own",
    "test_events.test_create_datagram_endpoint_sock; test_base_events.test_create_datagram_endpoint_sock, test_create_datagram_endpoint_ip_addr",
)
async def own_datagrams(log):
    class Kept(asyncio.DatagramProtocol):
        def __init__(self):
            self.received = loop.create_future()
            self.lost = loop.create_future()

        def datagram_received(self, data, address):
            self.received.set_result(data)

        def connection_lost(self, error):
            self.lost.set_result(kind(error))

    loop = asyncio.get_running_loop()
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((HOST, 0))
    transport, mine = await loop.create_datagram_endpoint(Kept, sock=sock)
    sender, _ = await loop.create_datagram_endpoint(Kept, remote_addr=transport.get_extra_info("sockname"))
    sender.sendto(b"data")
    log(await mine.received)
    for each in (transport, sender):
        each.close()
    log(await mine.lost)


@scenario(
    "bare sockets whose waits are cancelled",
    "test_sock_lowlevel.test_sock_client_racing, test_sock_client_connect_racing",
)
async def racing(log):
    loop = asyncio.get_running_loop()
    listener, address = listening()
    accepting = asyncio.create_task(loop.sock_accept(listener))
    sock = unconnected()
    connecting = asyncio.create_task(loop.sock_connect(sock, address))
    await connecting
    peer, _ = await accepting
    receiving = asyncio.create_task(loop.sock_recv(sock, 10))
    await asyncio.sleep(0)
    receiving.cancel()
    try:
        await receiving
    except asyncio.CancelledError:
        log("cancelled")
    try:
        await asyncio.wait_for(loop.sock_recv(sock, 10), 0.01)
    except TimeoutError:
        log("late")
    await loop.sock_sendall(peer, b"for the next")
    log(await loop.sock_recv(sock, 100))
    for each in (sock, peer, listener):
        each.close()
    other = unconnected()
    listener, address = listening()
    connecting = asyncio.create_task(loop.sock_connect(other, address))
    await asyncio.sleep(0)
    connecting.cancel()
    log(await asyncio.gather(connecting, return_exceptions=True) is not None)
    other.close()
    listener.close()


@scenario(
    "bare Unix sockets, and datagrams into memory", "test_sock_lowlevel.test_unix_sock_client_ops, test_recvfrom_into"
)
async def bare_unix(log):
    loop = asyncio.get_running_loop()
    path = os.path.join(tempfile.mkdtemp(), "socket")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    listener.setblocking(False)
    accepting = asyncio.create_task(loop.sock_accept(listener))
    sock = socket.socket(socket.AF_UNIX)
    sock.setblocking(False)
    await loop.sock_connect(sock, path)
    peer, _ = await accepting
    await loop.sock_sendall(sock, b"over unix")
    log(await loop.sock_recv(peer, 100))
    for each in (sock, peer, listener):
        each.close()
    a, b = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
    for each in (a, b):
        each.bind((HOST, 0))
        each.setblocking(False)
    memory = bytearray(20)
    receiving = asyncio.create_task(loop.sock_recvfrom_into(b, memory))
    await asyncio.sleep(0.01)
    await loop.sock_sendto(a, b"datagram", b.getsockname())
    size, source = await receiving
    log(size, bytes(memory[:size]), source[1] == a.getsockname()[1])
    a.close()
    b.close()


@scenario(
    "files over TLS",
    "test_sendfile.test_sendfile_ssl, test_sendfile_ssl_partial, test_sendfile_ssl_pre_and_post_data,"
    " test_sendfile_ssl_close_peer_after_receiving",
)
async def files_over_tls(log):
    loop = asyncio.get_running_loop()
    content = b"0123456789" * 100_000
    async with Pair(Keeps, Keeps, **TLS) as (client, server):
        with a_file(content) as file:
            client.transport.write(b"before ")
            log(await loop.sendfile(client.transport, file))
            log(await loop.sendfile(client.transport, file, 5, 10))
            client.transport.write(b" after")
            client.transport.close()
            await server.lost
            log(len(server.data) - len(content), server.data[:9], server.data[-16:])


@scenario(
    "a peer that closes while a file is sent",
    "test_sendfile.test_sendfile_close_peer_in_the_middle_of_receiving, test_sendfile_close_peer_after_receiving,"
    " test_sendfile_fallback_close_peer_in_the_middle_of_receiving",
)
async def closes_in_the_middle(log):
    loop = asyncio.get_running_loop()
    content = b"x" * 20_000_000
    for limit in (65536, len(content)):

        class Closes(Keeps):
            def data_received(self, data):
                super().data_received(data)
                if len(self.data) >= limit:
                    self.transport.close()

        async with Pair(Keeps, Closes) as (client, server):
            with a_file(content) as file:
                try:
                    log(await loop.sendfile(client.transport, file))
                except ConnectionError:
                    log("ConnectionError")
            await asyncio.gather(client.lost, server.lost)
            log(len(server.data) >= limit)


@scenario(
    "what sendfile refuses, and what it sends between other data",
    "test_base_events.test_negative_count, test_negative_offset, test_sock_sendfile_fallback,"
    " test_sock_sendfile_fallback_offset_and_count; test_sendfile.test_sock_sendfile_mix_with_regular_send",
)
async def refused_files(log):
    loop = asyncio.get_running_loop()
    listener, address = listening()
    sock = unconnected()
    accepting = asyncio.create_task(loop.sock_accept(listener))
    await loop.sock_connect(sock, address)
    peer, _ = await accepting
    with a_file(b"0123456789" * 1000) as file:
        for offset, count in ((-1, None), (0, -1), (0, 0)):
            await attempt(log, "sendfile", lambda: loop.sock_sendfile(sock, file, offset, count))
        await loop.sock_sendall(sock, b"before ")
        log(await loop.sock_sendfile(sock, file, 1, 2000))
        await loop.sock_sendall(sock, b" after")
        sock.close()
        received = b""
        while part := await loop.sock_recv(peer, 65536):
            received += part
        log(len(received), received[:10], received[-10:])
    peer.close()
    listener.close()


@scenario(
    "names of addresses",
    "test_base_events.test_getnameinfo, test_create_connection_no_getaddrinfo, test_create_server_no_getaddrinfo,"
    " test_create_datagram_endpoint_no_addrinfo",
)
async def names(log):
    loop = asyncio.get_running_loop()
    host, service = await loop.getnameinfo((HOST, 80))
    log(host != "", service in ("http", "80"))
    try:
        await loop.getaddrinfo("no such host", 80)
    except OSError:
        log("no such host")
    wrong = ("no such host", 80)
    await attempt(log, "connection", lambda: loop.create_connection(Keeps, *wrong))
    await attempt(log, "server", lambda: loop.create_server(Keeps, *wrong))
    await attempt(log, "datagrams", lambda: loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=wrong))


@scenario("what a base protocol does by itself", "test_protocols.test_base_protocol")
async def base_protocol(log):
    protocol = asyncio.BaseProtocol()
    log(protocol.connection_made(None), protocol.connection_lost(None))
    log(protocol.pause_writing(), protocol.resume_writing())
