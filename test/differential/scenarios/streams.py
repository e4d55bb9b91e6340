"""asyncio.StreamReader, fed by hand."""

import asyncio

from harness import Boom, scenario


@scenario("read: what is there, then the end", "test_streams.test_read")
async def read(log):
    reader = asyncio.StreamReader()
    reader.feed_data(b"abcdef")
    log(await reader.read(4), await reader.read(0), await reader.read(10), reader.at_eof())
    reader.feed_eof()
    log(await reader.read(1), await reader.read(), reader.at_eof())


@scenario("read: waits for the first bytes", "test_streams.test_read")
async def read_waits(log):
    reader = asyncio.StreamReader()
    task = asyncio.create_task(reader.read(30))
    await asyncio.sleep(0)
    reader.feed_data(b"first")
    reader.feed_data(b" second")
    log(await task)


@scenario("read: everything up to the end", "test_streams.test_read_until_eof")
async def read_all(log):
    reader = asyncio.StreamReader()
    task = asyncio.create_task(reader.read(-1))
    await asyncio.sleep(0)
    reader.feed_data(b"chunk1\n")
    await asyncio.sleep(0.25)
    reader.feed_data(b"chunk2")
    reader.feed_eof()
    log(await task)


@scenario("readline", "test_streams.test_readline, test_readline_eof, test_readline_empty_eof")
async def readline(log):
    reader = asyncio.StreamReader()
    reader.feed_data(b"one\ntwo\nthr")
    log(await reader.readline(), await reader.readline())
    task = asyncio.create_task(reader.readline())
    await asyncio.sleep(0)
    reader.feed_data(b"ee\nlast")
    log(await task)
    reader.feed_eof()
    log(await reader.readline(), await reader.readline(), reader.at_eof())


@scenario(
    "readline: longer than the limit",
    "test_streams.test_readline_limit, test_readline_limit_with_existing_data",
)
async def readline_limit(log):
    reader = asyncio.StreamReader(limit=3)
    reader.feed_data(b"li")
    reader.feed_data(b"ne1\nline2\n")
    for i in range(2):
        try:
            log(await reader.readline())
        except ValueError as error:
            log(i, error)
    reader.feed_data(b"abcdefgh")
    try:
        await reader.readline()
    except ValueError as error:
        log(error)
    reader.feed_data(b"x\n")
    log(await reader.readline())


@scenario("readuntil", "test_streams.test_readuntil_separator, test_readuntil_multi_chunks")
async def readuntil(log):
    reader = asyncio.StreamReader()
    reader.feed_data(b"oneAAtwoA")
    log(await reader.readuntil(b"AA"))
    task = asyncio.create_task(reader.readuntil(b"AA"))
    await asyncio.sleep(0)
    reader.feed_data(b"Arest")
    log(await task)
    try:
        await reader.readuntil(b"")
    except ValueError as error:
        log(error)
    reader.feed_eof()
    try:
        await reader.readuntil(b"AA")
    except asyncio.IncompleteReadError as error:
        log(error, error.partial, error.expected)


@scenario(
    "readuntil: several separators", "test_streams.test_readuntil_multi_separator, test_readuntil_multi_separator_limit"
)
async def readuntil_several(log):
    reader = asyncio.StreamReader(limit=10)
    reader.feed_data(b"a--b==c\n")
    log(await reader.readuntil((b"==", b"--")))
    log(await reader.readuntil((b"==", b"\n", b"=")))
    log(await reader.readuntil((b"=", b"\n")), await reader.readuntil((b"=", b"\n")))
    try:
        await reader.readuntil(())
    except ValueError as error:
        log(error)


@scenario(
    "readuntil: over the limit",
    "test_streams.test_readuntil_limit_found_sep",
)
async def readuntil_limit(log):
    reader = asyncio.StreamReader(limit=3)
    reader.feed_data(b"some dataAA")
    try:
        await reader.readuntil(b"AA")
    except asyncio.LimitOverrunError as error:
        log(error, error.consumed)
    log(await reader.read(100))
    reader.feed_data(b"abcdef")
    try:
        await reader.readuntil(b"AA")
    except asyncio.LimitOverrunError as error:
        log(error, error.consumed)


@scenario("readexactly", "test_streams.test_readexactly, test_readexactly_eof, test_readexactly_zero_or_less")
async def readexactly(log):
    reader = asyncio.StreamReader(limit=3)
    task = asyncio.create_task(reader.readexactly(8))
    await asyncio.sleep(0)
    reader.feed_data(b"12345")
    await asyncio.sleep(0)
    log(task.done())
    reader.feed_data(b"67890")
    log(await task, await reader.readexactly(0))
    try:
        await reader.readexactly(-1)
    except ValueError as error:
        log(error)
    reader.feed_eof()
    try:
        await reader.readexactly(5)
    except asyncio.IncompleteReadError as error:
        log(error.partial, error.expected)


@scenario("an exception on the stream", "test_streams.test_exception, test_exception_waiter, test_read_exception")
async def exceptions(log):
    reader = asyncio.StreamReader()
    task = asyncio.create_task(reader.readline())
    await asyncio.sleep(0)
    reader.set_exception(Boom("broken"))
    log(reader.exception())
    try:
        await task
    except Boom as error:
        log("waiter", error)
    for i in range(2):
        try:
            await reader.read(1)
        except Boom as error:
            log(i, error)


@scenario("two readers at once", "test_streams")
async def two_readers(log):
    reader = asyncio.StreamReader()
    task = asyncio.create_task(reader.readline())
    await asyncio.sleep(0)
    try:
        await reader.read(1)
    except RuntimeError as error:
        log(error)
    reader.feed_data(b"line\n")
    log(await task)


@scenario("a cancelled reader leaves the data", "test_streams.test_exception_cancel")
async def cancelled_reader(log):
    reader = asyncio.StreamReader()
    task = asyncio.create_task(reader.readexactly(4))
    await asyncio.sleep(0)
    reader.feed_data(b"ab")
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        log("cancelled")
    reader.feed_data(b"cd")
    log(await reader.readexactly(4))


@scenario(
    "no data, some data, and the end of it",
    "test_streams.test_feed_empty_data, test_feed_nonempty_data, test_read_zero, test_at_eof",
)
async def feeds(log):
    reader = asyncio.StreamReader()
    reader.feed_data(b"")
    log(reader.at_eof())
    reader.feed_data(b"line1\nline2\n")
    log(await reader.read(0), reader.at_eof())
    reader.feed_eof()
    log(reader.at_eof(), await reader.read(), reader.at_eof())


@scenario(
    "read: less than a line, more than the limit, the end alone",
    "test_streams.test_read_line_breaks, test_read_limit, test_read_eof",
)
async def read_sizes(log):
    reader = asyncio.StreamReader()
    reader.feed_data(b"line1")
    reader.feed_data(b"line2")
    log(await reader.read(5), await reader.read(5))
    small = asyncio.StreamReader(limit=3)
    small.feed_data(b"chunk")
    log(await small.read(5))
    empty = asyncio.StreamReader()
    task = asyncio.create_task(empty.read(1024))
    await asyncio.sleep(0)
    empty.feed_eof()
    log(await task)


@scenario("a limit that makes no sense", "test_streams.test_invalid_limit")
async def bad_limits(log):
    for limit in [0, -1]:
        try:
            asyncio.StreamReader(limit=limit)
        except ValueError as error:
            log(limit, error)


@scenario(
    "readline: what is there already, and by parts",
    "test_streams.test_readline_nolimit_nowait, test_readline_read_byte_count",
)
async def readline_parts(log):
    reader = asyncio.StreamReader()
    reader.feed_data(b"line1\n")
    reader.feed_data(b"line2\nline3\n")
    log(await reader.readline())
    log(await reader.readline(), await reader.read(7))


@scenario(
    "readline and readexactly throw the stream's error",
    "test_streams.test_readline_exception, test_readexactly_exception",
)
async def read_errors(log):
    reader = asyncio.StreamReader()
    reader.feed_data(b"line\n")
    log(await reader.readline())
    reader.set_exception(Boom("broken"))
    try:
        await reader.readline()
    except Boom as error:
        log("readline", error)
    try:
        await reader.readexactly(2)
    except Boom as error:
        log("readexactly", error)


@scenario(
    "readuntil: the end before the separator, a bytearray, many chunks",
    "test_streams.test_readuntil_eof, test_readuntil_bytearray, test_readuntil_multi_chunks_1",
)
async def readuntil_more(log):
    reader = asyncio.StreamReader()
    reader.feed_data(b"some data")
    reader.feed_eof()
    try:
        await reader.readuntil(b"\n")
    except asyncio.IncompleteReadError as error:
        log(error.partial, reader.at_eof())
    chunked = asyncio.StreamReader()
    chunked.feed_data(b"QWERTYaa")
    task = asyncio.create_task(chunked.readuntil(b"aaa"))
    await asyncio.sleep(0)
    chunked.feed_data(b"a")
    log(await task)
    chunked.feed_data(b"some \n")
    log(await chunked.readuntil(b"\n"))
