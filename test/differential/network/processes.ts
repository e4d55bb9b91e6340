// The twin of processes.py, by hand. Change both.
import * as aio from '../../../runtime/typescript/index.ts'
import {
  DEVNULL,
  PIPE,
  STDOUT,
  type Coroutine,
  type Process,
  type WriteTransport,
} from '../../../runtime/typescript/index.ts'
import { scenario } from '../harness.ts'
import { Child, code } from '../peers.ts'

const child = (): Child => new Child()
const strip = (data: Buffer | undefined): Buffer => Buffer.from(data!.toString().trim())

scenario('a shell and its status', '', function* (log) {
  let process = yield* aio.createSubprocessShell('exit 7')
  log(yield* process.wait(), process.returncode)
  process = yield* aio.createSubprocessShell('exit 8', { startNewSession: true })
  log(yield* process.wait())
  const [transport, protocol] = yield* aio.getRunningLoop().subprocessShell(child, 'echo Python')
  ;(transport.getPipeTransport(0) as WriteTransport).close()
  yield* protocol.over
  log(transport.getReturncode(), protocol.data[1])
  transport.close()
})

scenario('a program leads a session of its own', '', function* (log) {
  const script = 'test "$(ps -o pgid= -p $$ | tr -d " ")" = $$ && echo leads || echo follows'
  for (const startNewSession of [false, true]) {
    const process = yield* aio.createSubprocessExec('sh', ['-c', script], { stdout: PIPE, startNewSession })
    log(yield* process.communicate())
  }
})

scenario('a process without pipes', '', function* (log) {
  const inherited = { stdin: 'inherit', stdout: 'inherit', stderr: 'inherit' } as const
  const [transport, protocol] = yield* aio.getRunningLoop().subprocessShell(child, 'exit 7', inherited)
  log([0, 1, 2].map((fd) => transport.getPipeTransport(fd)))
  yield* protocol.over
  log(protocol.events, transport.getReturncode(), transport.close())
})

scenario('standard error, alone and with the output', '', function* (log) {
  for (const stderr of [PIPE, STDOUT] as const) {
    const command = 'cat; echo ERR:test >&2'
    const [transport, protocol] = yield* aio.getRunningLoop().subprocessShell(child, command, { stderr })
    const stdin = transport.getPipeTransport(0) as WriteTransport
    log(transport.getPipeTransport(2) === undefined)
    stdin.write('out ')
    stdin.close()
    yield* protocol.over
    log(protocol.data[1], protocol.data[2], transport.getReturncode())
  }
})

scenario("the reading end of a process's output is closed", '', function* (log) {
  const [transport, protocol] = yield* aio.getRunningLoop().subprocessExec(child, 'cat', [])
  transport.getPipeTransport(1)!.close()
  while (!protocol.events.includes('pipe 1 lost')) yield* aio.sleep(0.001)
  const stdin = transport.getPipeTransport(0) as WriteTransport
  stdin.write('to nobody')
  yield* protocol.over
  log(transport.getReturncode(), protocol.data[1])
})

scenario('a process that has ended, told to end', '', function* (log) {
  const [transport, protocol] = yield* aio.getRunningLoop().subprocessExec(child, 'true', [])
  yield* protocol.over
  log(transport.getReturncode(), protocol.events.at(-1))
  for (const call of [() => transport.terminate(), () => transport.kill(), () => transport.sendSignal('SIGTERM')]) {
    try {
      call()
    } catch (error) {
      log(error)
    }
  }
  transport.close()
  log(transport.getReturncode(), transport.isClosing())
  const process = yield* aio.createSubprocessExec('true')
  yield* process.wait()
  try {
    process.sendSignal('SIGUSR1')
  } catch (error) {
    log(error)
  }
})

scenario('a shell that waits for another program is killed', '', function* (log) {
  const process = yield* aio.createSubprocessShell('echo waits; read line; sleep 1', { stdin: PIPE, stdout: PIPE })
  log(yield* process.stdout!.readline())
  process.kill()
  log(yield* process.wait())
})

scenario('more output than the limit', '', function* (log) {
  const pipes = { stdin: PIPE, stdout: PIPE, limit: 10 } as const
  let process = yield* aio.createSubprocessShell('printf xxxxxxxxxxxxxxxxxxxxx', pipes)
  log(yield* process.communicate())
  process = yield* aio.createSubprocessShell('head -c 3000000 /dev/zero', { stdout: PIPE, limit: 10 })
  const [stdout] = yield* process.communicate()
  log(stdout!.length, process.returncode)
})

scenario('input that a program reads to its end', '', function* (log) {
  let process = yield* aio.createSubprocessShell('wc -c', { stdin: PIPE, stdout: PIPE, stderr: PIPE })
  let [stdout, stderr] = yield* process.communicate('abc')
  log(strip(stdout), stderr, process.returncode)
  process = yield* aio.createSubprocessShell('echo lost >&2; wc -c', { stdin: PIPE, stdout: PIPE, stderr: DEVNULL })
  ;[stdout, stderr] = yield* process.communicate('abc')
  log(strip(stdout), stderr)
  process = yield* aio.createSubprocessExec('cat', [], { stdin: PIPE, stdout: PIPE })
  log(yield* process.communicate('by the file of standard input'))
})

scenario('cancelled while a process is started', '', function* (log) {
  const loop = aio.getRunningLoop()
  const children: Child[] = []
  const factory = (): Child => {
    children.push(new Child())
    return children.at(-1)!
  }
  const starts: (() => Coroutine<unknown>)[] = [
    () => aio.createSubprocessExec('sleep', ['60']),
    () => loop.subprocessExec(factory, 'sleep', ['60']),
  ]
  for (const start of starts) {
    const task = aio.createTask(start())
    loop.callSoon(() => task.cancel())
    try {
      yield* task
    } catch (error) {
      if (error instanceof aio.CancelledError) log('cancelled')
    }
  }
  yield* aio.sleep(0)
  log(children.length)
})

scenario('a program that cannot be started', '', function* (log) {
  for (const stdin of ['inherit', PIPE] as const) {
    try {
      yield* aio.createSubprocessExec('/no/such/program', [], { stdin })
    } catch (error) {
      if (code(error) === 'ENOENT') log('not found')
    }
  }
  try {
    yield* aio.createSubprocessExec('true', [], { cwd: '/no/such/directory' })
  } catch (error) {
    if (code(error) === 'ENOENT') log('no directory')
  }
})

scenario('the environment and the directory of a program', '', function* (log) {
  const env = { ...process.env, FOO: 'bar' }
  let child: Process = yield* aio.createSubprocessShell('printf $FOO', { env, stdout: PIPE })
  log(yield* child.communicate())
  child = yield* aio.createSubprocessExec('sh', ['-c', 'printf $FOO; pwd'], { env, cwd: '/', stdout: PIPE })
  log(yield* child.communicate())
})

scenario('ten programs at once', '', function* (log) {
  function* output(word: string): Coroutine<Buffer> {
    const process = yield* aio.createSubprocessExec('echo', [word], { stdout: PIPE })
    const [stdout] = yield* process.communicate()
    return strip(stdout)
  }
  log(yield* aio.gather(...[...Array(10).keys()].map((i) => output(`foo${i}`))))
})
