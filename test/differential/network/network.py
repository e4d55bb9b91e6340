"""Sockets, pipes and processes for real. The twin, network.ts, is written by hand: what differs is how each side makes a socket.

What a scenario logs may not depend on how bytes are cut into pieces, nor on which of two sides is told first:
each protocol keeps what happened to it, and the log shows that at the end.
"""

import asyncio
import os
import socket
import ssl
import tempfile

from harness import Boom, scenario
from peers import HOST, Child, Keeps, Pair, a_file, certified, kind, listening, trusting, unconnected


@scenario(
    "a client and a server",
    "test_events.test_create_connection, test_create_server; test_protocols.test_protocol; test_base_events.test_create_connection_ip_addr",
)
async def client_and_server(log):
    async with Pair(Keeps, lambda: Keeps(answer=bytes.upper)) as (client, server):
        client.transport.write(b"hello ")
        client.transport.writelines([b"wor", b"ld"])
        await client.until(lambda: len(client.data) == 11)
        client.transport.close()
        log(client.transport.is_closing())
        await asyncio.gather(client.lost, server.lost)
        log("client", client.events, client.data)
        log("server", server.events, server.data, server.transport.is_closing())


@scenario("half a connection stays open", "the documentation of eof_received")
async def half_open(log):
    async with Pair(Keeps, lambda: Keeps(keep_open=True)) as (client, server):
        log(client.transport.can_write_eof())
        client.transport.write(b"question")
        client.transport.write_eof()
        await server.until(lambda: "eof" in server.events)
        log(server.data, server.transport.is_closing())
        server.transport.write(b"answer")
        server.transport.close()
        await asyncio.gather(client.lost, server.lost)
        log("client", client.events, client.data)
        log("server", server.events)


@scenario("end of file closes", "the documentation of eof_received")
async def eof_closes(log):
    async with Pair(Keeps, Keeps) as (client, server):
        client.transport.write_eof()
        await asyncio.gather(client.lost, server.lost)
        log("client", client.events)
        log("server", server.events)


@scenario("abort", "test_selector_events.test_abort…")
async def abort(log):
    async with Pair(Keeps, Keeps) as (client, server):
        client.transport.write(b"x" * 5_000_000)
        client.transport.abort()
        log(client.transport.is_closing())
        await client.lost
        await server.lost
        log("client", [event for event in client.events if event != "pause"])
        log("server", server.events[-1].split()[0])


@scenario("an error in a protocol ends its connection", "test_selector_events.test_read_ready_…_error")
async def protocol_errors(log):
    for event in ("data", "eof"):
        async with Pair(Keeps, lambda: Keeps(fails_at=event)) as (client, server):
            client.transport.write(b"data")
            await server.until(lambda: server.data or "eof" in server.events)
            client.transport.close()
            await asyncio.gather(client.lost, server.lost)
            log("server", server.events)


@scenario(
    "a full buffer pauses the protocol, an empty one resumes it",
    "test_transports.test_flowcontrol_mixin_set_write_limits",
)
async def flow_control(log):
    async with Pair(Keeps, Keeps) as (client, server):
        client.transport.set_write_buffer_limits(high=100_000, low=1000)
        log(client.transport.get_write_buffer_limits())
        server.transport.pause_reading()
        log(server.transport.is_reading())
        client.transport.write(b"x" * 20_000_000)
        log(client.events, client.transport.get_write_buffer_size() > 100_000)
        server.transport.resume_reading()
        log(server.transport.is_reading())
        await client.until(lambda: "resume" in client.events)
        log(client.events, client.transport.get_write_buffer_size() <= 1000)
        await server.until(lambda: len(server.data) == 20_000_000)
        log(client.transport.get_write_buffer_size())


@scenario("write limits", "test_transports.test_flowcontrol_mixin_set_write_limits")
async def write_limits(log):
    async with Pair(Keeps, Keeps) as (client, _):
        transport = client.transport
        log(transport.get_write_buffer_limits())
        transport.set_write_buffer_limits(high=1024, low=128)
        log(transport.get_write_buffer_limits())
        transport.set_write_buffer_limits(low=100)
        log(transport.get_write_buffer_limits())
        transport.set_write_buffer_limits(high=0)
        log(transport.get_write_buffer_limits())
        for high, low in ((0, 1), (1, -1)):
            try:
                transport.set_write_buffer_limits(high=high, low=low)
            except ValueError as error:
                log(error)


@scenario("nothing is received while reading is paused", "test_selector_events.test_pause_resume_reading")
async def pause_reading(log):
    async with Pair(Keeps, Keeps) as (client, server):
        server.transport.pause_reading()
        server.transport.pause_reading()
        client.transport.write(b"later")
        await asyncio.sleep(0.05)
        log(server.data, server.transport.is_reading())
        server.transport.resume_reading()
        server.transport.resume_reading()
        await server.until(lambda: len(server.data) == 5)
        log(server.data, server.transport.is_reading())
        client.transport.close()
        await asyncio.gather(client.lost, server.lost)
        log(server.transport.is_reading())


@scenario("wrong writes", "test_selector_events.test_write_str, test_write_closing, test_write_eof…")
async def wrong_writes(log):
    async with Pair(Keeps, lambda: Keeps(keep_open=True)) as (client, server):
        try:
            client.transport.write(5)
        except TypeError as error:
            log(error)
        client.transport.write(b"")
        client.transport.write_eof()
        client.transport.write_eof()
        try:
            client.transport.write(b"more")
        except RuntimeError as error:
            log(error)
        server.transport.close()
        server.transport.write(b"to nobody")
        await asyncio.gather(client.lost, server.lost)
        log(client.events, client.data)


class Buffered(asyncio.BufferedProtocol):
    def __init__(self):
        self.events, self.data = [], b""
        self.buffer = bytearray(3)
        self.lost = asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        self.events.append("made")

    def get_buffer(self, size_hint):
        return self.buffer

    def buffer_updated(self, count):
        self.data += bytes(self.buffer[:count])

    def eof_received(self):
        self.events.append("eof")

    def connection_lost(self, error):
        self.events.append(f"lost {kind(error)}")
        self.lost.set_result(None)


@scenario(
    "a protocol with its own buffer",
    "test_buffered_proto.test_buffered_proto_create_connection, test_protocols.test_buffered_protocol",
)
async def buffered(log):
    async with Pair(Keeps, Buffered) as (client, server):
        client.transport.write(b"abcdefgh")
        client.transport.write_eof()
        await server.lost
        log(server.events, server.data)


@scenario("the protocol is changed", "test_selector_events.test_set_protocol")
async def set_protocol(log):
    async with Pair(Keeps, Keeps) as (client, server):
        second = Keeps()
        second.events.append("made")
        log(server.transport.get_protocol() is server)
        server.transport.set_protocol(second)
        log(server.transport.get_protocol() is second)
        client.transport.write(b"to the second")
        client.transport.close()
        await second.lost
        log(server.events, second.events, second.data)


@scenario("what a transport knows of its connection", "test_transports.test_get_extra_info")
async def extra_info(log):
    async with Pair(Keeps, Keeps) as (client, server):
        mine, other = client.transport.get_extra_info("sockname"), client.transport.get_extra_info("peername")
        log(mine[0], other[0], mine[1] == server.transport.get_extra_info("peername")[1])
        log(other[1] == server.transport.get_extra_info("sockname")[1])
        log(client.transport.get_extra_info("socket") is None, client.transport.get_extra_info("nothing", "otherwise"))


@scenario("a connection that is refused", "test_streams.test_open_connection_error")
async def refused(log):
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Keeps, HOST, 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    try:
        await loop.create_connection(Keeps, HOST, port)
    except OSError as error:
        log(kind(error))
    try:
        await loop.create_connection(Keeps)
    except ValueError:
        log("ValueError")


@scenario("an address that is taken", "test_events.test_create_server_addr_in_use")
async def taken(log):
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Keeps, HOST, 0)
    port = server.sockets[0].getsockname()[1]
    try:
        await loop.create_server(Keeps, HOST, port)
    except OSError:
        log("taken")
    log(server.is_serving())
    server.close()
    log(server.is_serving())
    server.close()


@scenario("a server waits for its connections", "test_server.test_wait_closed_basic, test_wait_closed_race")
async def wait_closed(log):
    async with Pair(Keeps, Keeps) as (client, server):
        listening = Pair.last
        closing = asyncio.create_task(listening.wait_closed())
        await asyncio.sleep(0.02)
        log("open", closing.done())
        listening.close()
        await asyncio.sleep(0.02)
        log("closed", closing.done(), len(listening.sockets), listening.is_serving())
        client.transport.close()
        await closing
        log(server.events)


@scenario("a server closes its connections", "test_server.test_close_clients")
async def close_clients(log):
    async with Pair(Keeps, Keeps) as (client, server):
        Pair.last.close()
        Pair.last.close_clients()
        await Pair.last.wait_closed()
        await client.lost
        log(client.events, server.events)


@scenario("a server aborts its connections", "test_server.test_abort_clients")
async def abort_clients(log):
    async with Pair(Keeps, Keeps) as (client, server):
        server.transport.write(b"x" * 20_000_000)
        client.transport.pause_reading()
        Pair.last.close()
        Pair.last.abort_clients()
        await Pair.last.wait_closed()
        log(server.events)


@scenario("serve_forever", "test_server.test_start_server_1")
async def serve_forever(log):
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Keeps, HOST, 0, start_serving=False)
    log(server.is_serving())
    serving = asyncio.create_task(server.serve_forever())
    await asyncio.sleep(0.02)
    log(server.is_serving())
    try:
        await server.serve_forever()
    except RuntimeError:
        log("already")
    serving.cancel()
    try:
        await serving
    except asyncio.CancelledError:
        log("cancelled", server.is_serving())
    try:
        await server.serve_forever()
    except RuntimeError:
        log("closed")


@scenario("closing a server ends serve_forever", "test_server.test_start_server_1")
async def close_ends_serving(log):
    server = await asyncio.get_running_loop().create_server(Keeps, HOST, 0)
    serving = asyncio.create_task(server.serve_forever())
    await asyncio.sleep(0.02)
    server.close()
    try:
        await serving
    except asyncio.CancelledError:
        log("cancelled")


@scenario(
    "Unix sockets",
    "test_events.test_create_unix_connection, test_create_unix_server; test_server.test_unix_server_addr_cleanup",
)
async def unix(log):
    loop = asyncio.get_running_loop()
    path = os.path.join(tempfile.mkdtemp(), "socket")
    server = await loop.create_unix_server(lambda: Keeps(answer=bytes.upper), path)
    _, client = await loop.create_unix_connection(Keeps, path)
    client.transport.write(b"over unix")
    await client.until(lambda: len(client.data) == 9)
    client.transport.close()
    await client.lost
    server.close()
    await server.wait_closed()
    log(client.events, client.data, os.path.exists(path))
    try:
        await loop.create_unix_connection(Keeps, path)
    except OSError:
        log("gone")


async def upper(reader, writer):
    while line := await reader.readline():
        writer.write(line.upper())
        await writer.drain()
    writer.close()
    await writer.wait_closed()


@scenario("streams", "test_streams.test_open_connection, test_start_server, test_async_writer_api")
async def streams(log):
    async with await asyncio.start_server(upper, HOST, 0) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"one\n")
        log(await reader.readline())
        writer.writelines([b"two\n", b"three"])
        log(writer.can_write_eof(), writer.is_closing(), writer.get_extra_info("peername")[0])
        writer.write_eof()
        log(await reader.read())
        writer.close()
        await writer.wait_closed()
        log(writer.is_closing(), reader.at_eof())


@scenario(
    "a writer after the end",
    "test_streams.test_drain_raises, test_async_writer_api_exception_after_close, test_wait_closed_on_close",
)
async def drain_raises(log):
    async def hangs_up(reader, writer):
        writer.close()

    async with await asyncio.start_server(hangs_up, HOST, 0) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        log(await reader.read())
        writer.close()
        await writer.wait_closed()
        try:
            writer.write(b"data")
            await writer.drain()
        except ConnectionResetError as error:
            log(error)


@scenario(
    "data that is not read does not keep a stream from closing",
    "test_streams.test_wait_closed_on_close_with_unread_data",
)
async def unread(log):
    async def talks(reader, writer):
        writer.write(b"line one\nline two\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(talks, HOST, 0) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        log(await reader.readline())
        writer.close()
        await writer.wait_closed()
        log(writer.is_closing())


@scenario(
    "a handler that fails, and one that is cancelled", "test_streams.test_unhandled_exception, test_unhandled_cancel"
)
async def handlers(log):
    async def fails(reader, writer):
        raise Boom("in the handler")

    async def cancelled(reader, writer):
        asyncio.current_task().cancel()
        await asyncio.sleep(1)

    for handler in (fails, cancelled):
        async with await asyncio.start_server(handler, HOST, 0) as server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            log(await reader.read())
            writer.close()


@scenario(
    "a reader that does not read holds its sender back",
    "test_streams.test_readexactly_limit; the documentation of drain",
)
async def back_pressure(log):
    async def never_reads(reader, writer):
        await asyncio.sleep(10)

    async with await asyncio.start_server(never_reads, HOST, 0) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        try:
            async with asyncio.timeout(0.3):
                while True:
                    writer.write(b"x" * 65536)
                    await writer.drain()
        except TimeoutError:
            log("held back")
        writer.transport.abort()
        server.close_clients()
        for task in asyncio.all_tasks():
            if task is not asyncio.current_task():
                task.cancel()


class Datagrams(asyncio.DatagramProtocol):
    def __init__(self, answers=False):
        self.events, self.answers = [], answers
        self.received = asyncio.Queue()
        self.lost = asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        self.transport = transport
        self.events.append("made")

    def datagram_received(self, data, address):
        self.received.put_nowait(data)
        if self.answers:
            self.transport.sendto(data.upper(), address)

    def error_received(self, error):
        self.received.put_nowait(kind(error))

    def connection_lost(self, error):
        self.events.append(f"lost {kind(error)}")
        self.lost.set_result(None)


@scenario("datagrams", "test_events.test_create_datagram_endpoint, test_protocols.test_datagram_protocol")
async def datagrams(log):
    loop = asyncio.get_running_loop()
    server, serves = await loop.create_datagram_endpoint(lambda: Datagrams(answers=True), local_addr=(HOST, 0))
    port = server.get_extra_info("sockname")[1]
    client, asks = await loop.create_datagram_endpoint(Datagrams, remote_addr=(HOST, port))
    client.sendto(b"one")
    log(await asks.received.get())
    client.sendto(b"two", (HOST, port))
    log(await asks.received.get(), client.get_write_buffer_size())
    try:
        client.sendto(b"x", (HOST, port + 1))
    except ValueError:
        log("ValueError")
    client.close()
    server.abort()
    log(client.is_closing(), server.is_closing())
    await asyncio.gather(asks.lost, serves.lost)
    log(asks.events, serves.events)


@scenario("a datagram that nobody takes", "test_events.test_datagram_send_to_non_listening_address")
async def datagram_refused(log):
    loop = asyncio.get_running_loop()
    gone, _ = await loop.create_datagram_endpoint(Datagrams, local_addr=(HOST, 0))
    port = gone.get_extra_info("sockname")[1]
    gone.close()
    await asyncio.sleep(0.02)
    client, asks = await loop.create_datagram_endpoint(Datagrams, remote_addr=(HOST, port))
    client.sendto(b"is there anybody")
    log(await asks.received.get())
    client.close()
    await asks.lost


@scenario(
    "a process as a transport",
    "test_events.test_subprocess_exec, test_subprocess_interactive; test_subprocess.test_subprocess_protocol_events; test_protocols.test_subprocess_protocol",
)
async def process_transport(log):
    loop = asyncio.get_running_loop()
    transport, child = await loop.subprocess_exec(Child, "sh", "-c", "cat; echo done >&2; exit 3")
    log(transport.get_pid() > 0, transport.get_returncode(), transport.get_pipe_transport(3))
    stdin = transport.get_pipe_transport(0)
    stdin.write(b"in and ")
    stdin.write(b"out")
    stdin.close()
    await child.over
    log(child.data[1], child.data[2], transport.get_returncode(), transport.is_closing())
    log(child.events[0], sorted(child.events[1:-1]), child.events[-1])


@scenario(
    "a process is killed",
    "test_events.test_subprocess_kill, test_subprocess_terminate, test_subprocess_send_signal; test_subprocess.test_close_kill_running",
)
async def process_killed(log):
    loop = asyncio.get_running_loop()
    for end in ("kill", "terminate", "close"):
        transport, child = await loop.subprocess_exec(Child, "sleep", "60")
        getattr(transport, end)()
        await child.over
        log(end, transport.get_returncode())
    try:
        transport.kill()
    except ProcessLookupError:
        log("gone")


@scenario(
    "communicate",
    "test_subprocess.test_stdin_stdout, test_communicate, test_communicate_none_input, test_empty_input, test_devnull_output, test_devnull_input",
)
async def communicate(log):
    PIPE, DEVNULL, STDOUT = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL, asyncio.subprocess.STDOUT
    cat = await asyncio.create_subprocess_exec("cat", stdin=PIPE, stdout=PIPE)
    log(await cat.communicate(b"some data"), cat.returncode)
    cat = await asyncio.create_subprocess_exec("cat", stdin=PIPE, stdout=PIPE)
    log(await cat.communicate(b""), cat.returncode)
    cat = await asyncio.create_subprocess_exec("cat", stdin=PIPE, stdout=PIPE)
    log(await cat.communicate(), cat.returncode)
    cat = await asyncio.create_subprocess_exec("cat", stdin=DEVNULL, stdout=PIPE)
    log(await cat.communicate(), cat.stdin)
    shell = await asyncio.create_subprocess_shell("echo out; echo err >&2; exit 7", stdout=PIPE, stderr=STDOUT)
    log(await shell.communicate(), shell.returncode, shell.stderr)
    shell = await asyncio.create_subprocess_shell("echo out; echo err >&2", stdout=DEVNULL, stderr=PIPE)
    log(await shell.communicate(), shell.returncode)


@scenario(
    "a program that does not read its input",
    "test_subprocess.test_stdin_broken_pipe, test_communicate_ignore_broken_pipe",
)
async def broken_pipe(log):
    large = b"x" * 5_000_000
    deaf = await asyncio.create_subprocess_exec("sleep", "0.05", stdin=asyncio.subprocess.PIPE)
    log(await deaf.communicate(large), deaf.returncode)
    deaf = await asyncio.create_subprocess_exec("sleep", "0.05", stdin=asyncio.subprocess.PIPE)
    deaf.stdin.write(large)
    try:
        await deaf.stdin.drain()
    except (BrokenPipeError, ConnectionResetError):
        log("broken")
    log(await deaf.wait())


@scenario(
    "waiting for a process",
    "test_subprocess.test_kill, test_terminate, test_send_signal, test_subprocess_concurrent_wait, test_cancel_process_wait, test_read_stdout_after_process_exit",
)
async def process_wait(log):
    sleeps = await asyncio.create_subprocess_exec("sleep", "60")
    waits = [asyncio.create_task(sleeps.wait()) for _ in range(3)]
    await asyncio.sleep(0.02)
    waits[0].cancel()
    await asyncio.sleep(0)
    log(waits[0].cancelled(), sleeps.returncode)
    sleeps.kill()
    log(await asyncio.gather(*waits[1:]), await sleeps.wait())
    speaks = await asyncio.create_subprocess_exec("echo", "last words", stdout=asyncio.subprocess.PIPE)
    await speaks.wait()
    log(await speaks.stdout.read())
    try:
        await asyncio.create_subprocess_exec("/no/such/program")
    except OSError:
        log("no such program")


@scenario(
    "bare sockets",
    "test_sock_lowlevel.test_sock_client_ops, test_sock_accept, test_huge_content, test_huge_content_recvinto",
)
async def bare_sockets(log):
    loop = asyncio.get_running_loop()
    server, address = listening()
    client = unconnected()
    accepting = asyncio.create_task(loop.sock_accept(server))
    await loop.sock_connect(client, address)
    peer, source = await accepting
    log(source[0])
    reading = asyncio.create_task(loop.sock_recv(peer, 100))
    await asyncio.sleep(0.01)
    await loop.sock_sendall(client, b"hello")
    log(await reading)
    await loop.sock_sendall(client, b"abcdef")
    part = bytearray(4)
    log(await loop.sock_recv_into(peer, part), bytes(part), await loop.sock_recv(peer, 10))
    sending = asyncio.create_task(loop.sock_sendall(peer, b"x" * 3_000_000))
    total = 0
    while total < 3_000_000:
        total += len(await loop.sock_recv(client, 65536))
    await sending
    log(total)
    client.close()
    log(await loop.sock_recv(peer, 10))
    peer.close()
    server.close()


@scenario(
    "a bare socket that is refused, and a wait that is cancelled",
    "test_sock_lowlevel.test_sock_client_fail, test_cancel_sock_accept",
)
async def bare_refused(log):
    loop = asyncio.get_running_loop()
    server, address = listening()
    accepting = asyncio.create_task(loop.sock_accept(server))
    await asyncio.sleep(0.01)
    accepting.cancel()
    try:
        await accepting
    except asyncio.CancelledError:
        log("cancelled")
    server.close()
    await asyncio.sleep(0.02)
    client = unconnected()
    try:
        await loop.sock_connect(client, address)
    except OSError as error:
        log(kind(error))
    client.close()


@scenario("bare datagrams", "test_sock_lowlevel.test_recvfrom, test_sendto_blocking")
async def bare_datagrams(log):
    loop = asyncio.get_running_loop()
    a, b = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
    for each in (a, b):
        each.bind((HOST, 0))
        each.setblocking(False)
    receiving = asyncio.create_task(loop.sock_recvfrom(b, 3))
    await asyncio.sleep(0.01)
    log(await loop.sock_sendto(a, b"datagram", b.getsockname()))
    data, source = await receiving
    log(data, source[0], source[1] == a.getsockname()[1])
    a.close()
    b.close()


@scenario(
    "sendfile",
    "test_sendfile.test_sendfile, test_sendfile_partial, test_sendfile_pre_and_post_data, test_sendfile_for_closing_transp, test_sendfile_force_fallback, test_sock_sendfile_success, test_sock_sendfile_with_offset_and_count, test_sock_sendfile_zero_size",
)
async def sendfile(log):
    loop = asyncio.get_running_loop()
    content = b"0123456789" * 100_000
    async with Pair(Keeps, Keeps) as (client, server):
        with a_file(content) as file:
            client.transport.write(b"before ")
            log(await loop.sendfile(client.transport, file))
            log(await loop.sendfile(client.transport, file, 5, 10))
            client.transport.write(b" after")
            client.transport.close()
            await server.lost
            log(len(server.data) - len(content), server.data[:9], server.data[-16:])
            try:
                await loop.sendfile(client.transport, file)
            except RuntimeError as error:
                log(error)
    listener, address = listening()
    sock = unconnected()
    await loop.sock_connect(sock, address)
    peer, _ = await loop.sock_accept(listener)
    with a_file(b"small file") as file, a_file(b"") as empty:
        log(await loop.sock_sendfile(sock, file, 2, 5), await loop.sock_recv(peer, 100))
        log(await loop.sock_sendfile(sock, empty))
    for each in (sock, peer, listener):
        each.close()


@scenario(
    "callbacks while something can be read", "test_events.test_reader_callback; test_selector_events.test_add_reader…"
)
async def add_reader(log):
    loop = asyncio.get_running_loop()
    server, address = listening()
    sock = unconnected()
    await loop.sock_connect(sock, address)
    peer, _ = await loop.sock_accept(server)
    seen = asyncio.Queue()
    loop.add_reader(peer, lambda: seen.put_nowait(peer.recv(3)))
    await loop.sock_sendall(sock, b"abcdef")
    log(await seen.get(), await seen.get())
    sock.close()
    log(await seen.get())
    log(loop.remove_reader(peer), loop.remove_reader(peer))
    writable = asyncio.Event()
    loop.add_writer(peer, writable.set)
    await writable.wait()
    log(loop.remove_writer(peer), loop.remove_writer(peer))
    peer.close()
    server.close()


@scenario(
    "TLS",
    "test_ssl.test_create_server_ssl_1, test_create_connection_ssl_1; test_events.test_create_server_ssl, test_create_server_ssl_verified, test_create_ssl_connection",
)
async def tls(log):
    options = {"server": {"ssl": certified()}, "client": {"ssl": trusting(), "server_hostname": "localhost"}}
    async with Pair(Keeps, lambda: Keeps(answer=bytes.upper), **options) as (client, server):
        log(client.transport.can_write_eof(), client.transport.get_extra_info("cipher") is not None)
        log(client.transport.get_extra_info("peercert") is not None)
        client.transport.write(b"secret " * 1000)
        await client.until(lambda: len(client.data) == 7000)
        client.transport.close()
        await asyncio.gather(client.lost, server.lost)
        # Whether the one who closes hears of the other's end as well depends on who is faster.
        log("client", [event for event in client.events if event != "eof"], client.data[:7])
        log("server", server.events, len(server.data))


@scenario(
    "a certificate that is not trusted",
    "test_ssl.test_create_connection_ssl_failed_certificate; test_events.test_create_server_ssl_verify_failed, test_create_server_ssl_match_failed",
)
async def tls_refused(log):
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Keeps, HOST, 0, ssl=certified())
    port = server.sockets[0].getsockname()[1]
    for context, name in ((ssl.create_default_context(), "localhost"), (trusting(), "elsewhere.test")):
        try:
            await loop.create_connection(Keeps, HOST, port, ssl=context, server_hostname=name)
        except (ssl.SSLError, ssl.CertificateError):
            log("refused", name)
    server.close()
    await server.wait_closed()


@scenario(
    "streams over TLS",
    "test_streams.test_open_connection_no_loop_ssl; test_base_events.test_create_connection_ssl_server_hostname_default",
)
async def tls_streams(log):
    async with await asyncio.start_server(upper, HOST, 0, ssl=certified()) as server:
        _, port = server.sockets[0].getsockname()
        reader, writer = await asyncio.open_connection("localhost", port, ssl=trusting(), family=socket.AF_INET)
        writer.write(b"over tls\n")
        log(await reader.readline())
        writer.close()
        await writer.wait_closed()


@scenario(
    "TLS begins on an open connection",
    "test_streams.test_start_tls; test_ssl.test_start_tls_client_reg_proto_1, test_start_tls_server_1",
)
async def start_tls(log):
    async def serves(reader, writer):
        log("plain", await reader.readline())
        writer.write(b"go\n")
        await writer.start_tls(certified())
        log("secret", await reader.readline())
        writer.write(b"bye\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serves, HOST, 0) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"start\n")
        log(await reader.readline())
        await writer.start_tls(trusting(), server_hostname="localhost")
        writer.write(b"hidden\n")
        log(await reader.readline(), await reader.read())
        log(writer.get_extra_info("cipher") is not None)
        writer.close()
        await writer.wait_closed()


@scenario(
    "a handshake that does not come",
    "test_ssl.test_create_connection_ssl_slow_handshake, test_ssl_handshake_timeout, test_ssl_handshake_connection_lost; test_sslproto.test_handshake_timeout, test_handshake_timeout_zero, test_handshake_timeout_negative",
)
async def handshake_timeout(log):
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Keeps(keep_open=True), HOST, 0)
    port = server.sockets[0].getsockname()[1]
    options = {"ssl": trusting(), "server_hostname": "localhost"}
    try:
        await loop.create_connection(Keeps, HOST, port, ssl_handshake_timeout=0.1, **options)
    except ConnectionAbortedError:
        log("late")
    for seconds in (0, -1):
        try:
            await loop.create_connection(Keeps, HOST, port, ssl_handshake_timeout=seconds, **options)
        except ValueError:
            log("ValueError")
    server.close()
    server.close_clients()
    await server.wait_closed()
