"""CPython's cases for processes that network.py does not tell. The twin, processes.ts, is written by hand."""

import asyncio
import os
import signal

from harness import scenario
from peers import Child

PIPE, DEVNULL, STDOUT = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL, asyncio.subprocess.STDOUT


@scenario(
    "a shell and its status",
    "test_subprocess.test_shell, test_start_new_session; test_events.test_subprocess_shell, test_subprocess_exitcode",
)
async def shell(log):
    process = await asyncio.create_subprocess_shell("exit 7")
    log(await process.wait(), process.returncode)
    process = await asyncio.create_subprocess_shell("exit 8", start_new_session=True)
    log(await process.wait())
    loop = asyncio.get_running_loop()
    transport, child = await loop.subprocess_shell(Child, "echo Python")
    transport.get_pipe_transport(0).close()
    await child.over
    log(transport.get_returncode(), child.data[1])
    transport.close()


@scenario(
    "a program leads a session of its own",
    "test_subprocess.test_start_new_session; test_events.test_subprocess_wait_no_same_group",
)
async def new_session(log):
    script = 'test "$(ps -o pgid= -p $$ | tr -d " ")" = $$ && echo leads || echo follows'
    for own in (False, True):
        process = await asyncio.create_subprocess_exec("sh", "-c", script, stdout=PIPE, start_new_session=own)
        log(await process.communicate())


@scenario("a process without pipes", "test_events.test_subprocess_close_after_finish")
async def without_pipes(log):
    loop = asyncio.get_running_loop()
    transport, child = await loop.subprocess_shell(Child, "exit 7", stdin=None, stdout=None, stderr=None)
    log([transport.get_pipe_transport(fd) for fd in range(3)])
    await child.over
    log(child.events, transport.get_returncode(), transport.close())


@scenario(
    "standard error, alone and with the output",
    "test_events.test_subprocess_stderr, test_subprocess_stderr_redirect_to_stdout",
)
async def stderr(log):
    loop = asyncio.get_running_loop()
    for how in (PIPE, STDOUT):
        transport, child = await loop.subprocess_shell(Child, "cat; echo ERR:test >&2", stderr=how)
        stdin = transport.get_pipe_transport(0)
        log(transport.get_pipe_transport(2) is None)
        stdin.write(b"out ")
        stdin.close()
        await child.over
        log(child.data[1], child.data[2], transport.get_returncode())


@scenario("the reading end of a process's output is closed", "test_events.test_subprocess_close_client_stream")
async def closed_output(log):
    loop = asyncio.get_running_loop()
    transport, child = await loop.subprocess_exec(Child, "cat")
    transport.get_pipe_transport(1).close()
    while "pipe 1 lost" not in child.events:
        await asyncio.sleep(0.001)
    stdin = transport.get_pipe_transport(0)
    stdin.write(b"to nobody")
    await child.over
    log(transport.get_returncode(), child.data[1])


@scenario(
    "a process that has ended, told to end",
    "test_subprocess.test_proc_exited, test_close_dont_kill_finished, test_subprocess_send_signal_race",
)
async def ended(log):
    loop = asyncio.get_running_loop()
    transport, child = await loop.subprocess_exec(Child, "true")
    await child.over
    log(transport.get_returncode(), child.events[-1])
    for call in (transport.terminate, transport.kill, lambda: transport.send_signal(signal.SIGTERM)):
        try:
            call()
        except ProcessLookupError as error:
            log(error)
    transport.close()
    log(transport.get_returncode(), transport.is_closing())
    process = await asyncio.create_subprocess_exec("true")
    await process.wait()
    try:
        process.send_signal(signal.SIGUSR1)
    except ProcessLookupError as error:
        log(error)


@scenario("a shell that waits for another program is killed", "test_subprocess.test_kill_issue43884")
async def killed_shell(log):
    process = await asyncio.create_subprocess_shell("echo waits; read line; sleep 1", stdin=PIPE, stdout=PIPE)
    log(await process.stdout.readline())
    process.kill()
    log(await process.wait())


@scenario("more output than the limit", "test_subprocess.test_pause_reading")
async def more_than_limit(log):
    process = await asyncio.create_subprocess_shell("printf xxxxxxxxxxxxxxxxxxxxx", stdin=PIPE, stdout=PIPE, limit=10)
    log(await process.communicate())
    process = await asyncio.create_subprocess_shell("head -c 3000000 /dev/zero", stdout=PIPE, limit=10)
    stdout, _ = await process.communicate()
    log(len(stdout), process.returncode)


@scenario(
    "input that a program reads to its end",
    "test_subprocess.test_stdin_not_inheritable, test_devnull_error, test_devstdin_input",
)
async def reads_input(log):
    process = await asyncio.create_subprocess_shell("wc -c", stdin=PIPE, stdout=PIPE, stderr=PIPE)
    stdout, stderr = await process.communicate(b"abc")
    log(stdout.strip(), stderr, process.returncode)
    process = await asyncio.create_subprocess_shell("echo lost >&2; wc -c", stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
    stdout, stderr = await process.communicate(b"abc")
    log(stdout.strip(), stderr)
    process = await asyncio.create_subprocess_exec("cat", stdin=PIPE, stdout=PIPE)
    log(await process.communicate(b"by the file of standard input"))


@scenario(
    "cancelled while a process is started",
    "test_subprocess.test_cancel_make_subprocess_transport_exec, test_cancel_post_init",
)
async def cancelled_start(log):
    loop = asyncio.get_running_loop()
    children = []

    def factory():
        children.append(Child())
        return children[-1]

    for start in (
        lambda: asyncio.create_subprocess_exec("sleep", "60"),
        lambda: loop.subprocess_exec(factory, "sleep", "60"),
    ):
        task = asyncio.create_task(start())
        loop.call_soon(task.cancel)
        try:
            await task
        except asyncio.CancelledError:
            log("cancelled")
    await asyncio.sleep(0)
    log(len(children))


@scenario("a program that cannot be started", "test_subprocess.test_popen_error, test_popen_error_with_stdin_pipe")
async def cannot_start(log):
    for stdin in (None, PIPE):
        try:
            await asyncio.create_subprocess_exec("/no/such/program", stdin=stdin)
        except FileNotFoundError:
            log("not found")
    try:
        await asyncio.create_subprocess_exec("true", cwd="/no/such/directory")
    except FileNotFoundError:
        log("no directory")


@scenario(
    "the environment and the directory of a program",
    "test_subprocess.test_create_subprocess_env_shell, test_create_subprocess_env_exec",
)
async def environment(log):
    env = {**os.environ, "FOO": "bar"}
    process = await asyncio.create_subprocess_shell("printf $FOO", env=env, stdout=PIPE)
    log(await process.communicate())
    process = await asyncio.create_subprocess_exec("sh", "-c", "printf $FOO; pwd", env=env, cwd="/", stdout=PIPE)
    log(await process.communicate())


@scenario("ten programs at once", "test_subprocess.test_subprocess_communicate_stdout")
async def ten_at_once(log):
    async def output(word):
        process = await asyncio.create_subprocess_exec("echo", word, stdout=PIPE)
        stdout, _ = await process.communicate()
        return stdout.strip()

    log(await asyncio.gather(*[output(f"foo{i}") for i in range(10)]))
