// asyncio/subprocess.py
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { constants } from 'node:os'
import { AwaitCode } from '../../trace/format/schema.ts'
import type { EventLoop } from './baseEvents.ts'
import type { Coroutine } from './coroutines.ts'
import { getRunningLoop } from './events.ts'
import { ConnectionResetError, ProcessLookupError } from './exceptions.ts'
import { createWaiter, setResultUnlessDone, type Future } from './futures.ts'
import { gather } from './gather.ts'
import { StreamReader, StreamWriter } from './streams.ts'

/** A pipe to this process: the process's `stdin`, `stdout` or `stderr` is a stream. */
export const PIPE = 'pipe'
export const DEVNULL = 'ignore'
/** For `stderr`: where standard output goes. */
export const STDOUT = 'stdout'

export interface SubprocessOptions {
  /** Default of all three: this process's own. */
  readonly stdin?: typeof PIPE | typeof DEVNULL | undefined
  readonly stdout?: typeof PIPE | typeof DEVNULL | undefined
  readonly stderr?: typeof PIPE | typeof DEVNULL | typeof STDOUT | undefined
  readonly cwd?: string | undefined
  readonly env?: NodeJS.ProcessEnv | undefined
  /** The readers' limit, bytes. */
  readonly limit?: number | undefined
}

/** Starts a program. Throws where it cannot be started. */
export function createSubprocessExec(
  program: string,
  args: readonly string[] = [],
  options: SubprocessOptions = {},
): Coroutine<Process> {
  // Node cannot give a child the same pipe twice: a shell that replaces itself with the program can.
  if (options.stderr === STDOUT) return start('/bin/sh', ['-c', 'exec "$0" "$@" 2>&1', program, ...args], options)
  return start(program, args, options)
}

/** Starts a command line with the shell. */
export function createSubprocessShell(command: string, options: SubprocessOptions = {}): Coroutine<Process> {
  const redirect = options.stderr === STDOUT ? 'exec 2>&1\n' : ''
  return start('/bin/sh', ['-c', redirect + command], options)
}

function* start(program: string, args: readonly string[], options: SubprocessOptions): Coroutine<Process> {
  const loop = getRunningLoop()
  const { stdin = 'inherit', stdout = 'inherit', stderr = 'inherit', cwd, env, limit } = options
  const stdio: StdioOptions = [stdin, stdout, stderr === STDOUT ? DEVNULL : stderr] // the shell redirects it
  const child = spawn(program, args, {
    stdio,
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
  })
  const process = new Process(child, loop, limit)
  const spawned = createWaiter<void>(loop, AwaitCode.subprocess, undefined)
  child.once('spawn', () => setResultUnlessDone(spawned, undefined))
  child.once('error', (error) => {
    if (!spawned.done()) spawned.setException(error)
  })
  yield* spawned
  return process
}

/** A running or ended program. */
export class Process {
  readonly pid: number
  readonly stdin: StreamWriter | undefined
  readonly stdout: StreamReader | undefined
  readonly stderr: StreamReader | undefined
  private status: number | undefined = undefined
  private readonly waiters = new Set<Future<void>>()

  /** @internal */
  constructor(
    private readonly child: ChildProcess,
    private readonly loop: EventLoop,
    limit: number | undefined,
  ) {
    this.pid = child.pid ?? 0
    const reader = { limit, loop }
    if (child.stdin) this.stdin = new StreamWriter(child.stdin, undefined, loop)
    if (child.stdout) this.stdout = new StreamReader(reader)._follow(child.stdout)
    if (child.stderr) this.stderr = new StreamReader(reader)._follow(child.stderr)
    child.on('exit', (code, signal) => {
      this.status = code ?? -constants.signals[signal!]
      for (const waiter of this.waiters) setResultUnlessDone(waiter, undefined)
    })
  }

  /** The exit status, minus the signal's number where one ended it; undefined while it runs. */
  get returncode(): number | undefined {
    return this.status
  }

  /** Waits until it has ended; gives the exit status. With pipes that nobody reads it may never end: use `communicate`. */
  *wait(): Coroutine<number> {
    while (this.status === undefined) {
      const waiter = createWaiter<void>(this.loop, AwaitCode.subprocess, undefined)
      this.waiters.add(waiter)
      try {
        yield* waiter
      } finally {
        this.waiters.delete(waiter)
      }
    }
    return this.status
  }

  /** Writes `input` to its standard input, reads everything it writes, and waits until it has ended. */
  *communicate(input?: Uint8Array | string): Coroutine<[Buffer | undefined, Buffer | undefined]> {
    const [, stdout, stderr] = yield* gather(this.feed(input), readAll(this.stdout), readAll(this.stderr))
    yield* this.wait()
    return [stdout, stderr]
  }

  sendSignal(signal: NodeJS.Signals | number): void {
    if (this.status !== undefined) throw new ProcessLookupError(`The process ${this.pid} has ended.`)
    this.child.kill(signal)
  }

  terminate(): void {
    this.sendSignal('SIGTERM')
  }

  kill(): void {
    this.sendSignal('SIGKILL')
  }

  private *feed(input: Uint8Array | string | undefined): Coroutine<void> {
    if (this.stdin === undefined) return
    if (input !== undefined) {
      this.stdin.write(input)
      try {
        yield* this.stdin.drain()
      } catch (error) {
        // The program ended without reading all of it: its status tells more than the pipe.
        if (!(error instanceof ConnectionResetError)) throw error
      }
    }
    this.stdin.close()
  }
}

function* readAll(reader: StreamReader | undefined): Coroutine<Buffer | undefined> {
  return reader === undefined ? undefined : yield* reader.read()
}
