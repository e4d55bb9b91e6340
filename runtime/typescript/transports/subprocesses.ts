// asyncio/base_subprocess.py and subprocess_exec, subprocess_shell of asyncio/base_events.py.
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { constants } from 'node:os'
import { AwaitCode } from '../../../trace/format/schema.ts'
import type { EventLoop } from '../baseEvents.ts'
import type { Coroutine } from '../coroutines.ts'
import { ProcessLookupError } from '../exceptions.ts'
import { createWaiter, setResultUnlessDone, type Future } from '../futures.ts'
import { BaseProtocol, type SubprocessProtocol } from '../protocols.ts'
import { recorder } from '../trace/hooks.ts'
import type { BaseTransport, SubprocessTransport } from '../transports.ts'
import { ProtocolCalls } from './calls.ts'
import { StreamTransport } from './streamTransport.ts'

/** A pipe to this process. */
export const PIPE = 'pipe'
export const DEVNULL = 'ignore'
/** For `stderr`: where standard output goes. */
export const STDOUT = 'stdout'

const STREAMS = ['stdin', 'stdout', 'stderr']

/** What a standard stream of the child is: a pipe, nothing, this process's own, or a file descriptor of this process. */
export type StandardStream = typeof PIPE | typeof DEVNULL | 'inherit' | number

export interface SpawnOptions {
  readonly stdin?: StandardStream | undefined
  readonly stdout?: StandardStream | undefined
  readonly stderr?: StandardStream | typeof STDOUT | undefined
  readonly cwd?: string | undefined
  readonly env?: NodeJS.ProcessEnv | undefined
  /** Whether the program leads a session and a process group of its own, so that Ctrl-C in the terminal does not reach it. Default false. */
  readonly startNewSession?: boolean | undefined
  /** Whom the program runs as, by number; default: as this process. */
  readonly user?: number | undefined
  readonly group?: number | undefined
}

/** Starts a program; its standard streams are pipes unless the options say otherwise. Throws where it cannot be started. */
export function subprocessExec<P extends SubprocessProtocol>(
  loop: EventLoop,
  protocolFactory: () => P,
  program: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Coroutine<[SubprocessTransport, P]> {
  const asked = [program, ...args].join(' ')
  // Node cannot give a child the same pipe twice: a shell that replaces itself with the program can.
  if (options.stderr === STDOUT)
    return start(loop, protocolFactory, '/bin/sh', ['-c', 'exec "$0" "$@" 2>&1', program, ...args], options, asked)
  return start(loop, protocolFactory, program, args, options, asked)
}

/** Starts a command line with the shell. */
export function subprocessShell<P extends SubprocessProtocol>(
  loop: EventLoop,
  protocolFactory: () => P,
  command: string,
  options: SpawnOptions = {},
): Coroutine<[SubprocessTransport, P]> {
  const redirect = options.stderr === STDOUT ? 'exec 2>&1\n' : ''
  return start(loop, protocolFactory, '/bin/sh', ['-c', redirect + command], options, command)
}

function* start<P extends SubprocessProtocol>(
  loop: EventLoop,
  protocolFactory: () => P,
  program: string,
  args: readonly string[],
  { stdin = PIPE, stdout = PIPE, stderr = PIPE, cwd, env, startNewSession = false, user, group }: SpawnOptions,
  command: string,
): Coroutine<[SubprocessTransport, P]> {
  const protocol = protocolFactory()
  const stdio: StdioOptions = [stdin, stdout, stderr === STDOUT ? DEVNULL : stderr] // the shell redirects it
  const place = { ...(cwd === undefined ? {} : { cwd }), ...(env === undefined ? {} : { env }) }
  const who = { ...(user === undefined ? {} : { uid: user }), ...(group === undefined ? {} : { gid: group }) }
  const child = spawn(program, args, { stdio, detached: startNewSession, ...place, ...who })
  const spawned = createWaiter<void>(loop, AwaitCode.subprocess, undefined)
  child.once('spawn', () => setResultUnlessDone(spawned, undefined))
  child.once('error', (error) => {
    if (!spawned.done()) spawned.setException(error)
  })
  const transport = new ChildTransport(loop, child, protocol, command)
  try {
    yield* spawned
    yield* transport._connected()
  } catch (error) {
    transport.close()
    if (child.pid !== undefined) yield* transport._wait() // as CPython: a program that is given up has ended by then
    throw error
  }
  return [transport, protocol]
}

/** A child process and the pipes to it. */
export class ChildTransport implements SubprocessTransport {
  private readonly pipes = new Map<number, StreamTransport>()
  private readonly openPipes = new Set<number>()
  private readonly calls: ProtocolCalls
  private readonly made: Future<void>
  private readonly waiters = new Set<Future<void>>()
  private status: number | undefined = undefined
  private closing = false

  /** @internal */
  constructor(
    private readonly loop: EventLoop,
    private readonly child: ChildProcess,
    private protocol: SubprocessProtocol,
    /** What was asked for, for a trace. */
    command: string,
  ) {
    this.calls = new ProtocolCalls(loop)
    this.made = createWaiter<void>(loop, AwaitCode.subprocess, undefined)
    child.once('exit', (code, signal) => this.calls.soon(() => this.exited(code ?? -constants.signals[signal!])))
    child.once('spawn', () => {
      recorder?.spawned(this, command, child.pid!)
      this.calls.soon(() => {
        this.protocol.connectionMade(this)
        setResultUnlessDone(this.made, undefined)
      })
      for (const [fd, pipe] of [child.stdin, child.stdout, child.stderr].entries()) {
        if (!pipe) continue
        this.openPipes.add(fd)
        const extra = { pipe, subprocess: child, traceDetail: `${STREAMS[fd]} of process ${child.pid}` }
        this.pipes.set(fd, new StreamTransport(loop, pipe, new PipeProtocol(this, fd), { extra }))
      }
    })
  }

  getExtraInfo(name: string, otherwise?: unknown): unknown {
    return name === 'subprocess' ? this.child : otherwise
  }

  setProtocol(protocol: BaseProtocol): void {
    this.protocol = protocol as SubprocessProtocol
  }

  getProtocol(): SubprocessProtocol {
    return this.protocol
  }

  getPid(): number {
    return this.child.pid ?? 0
  }

  getReturncode(): number | undefined {
    return this.status
  }

  getPipeTransport(fd: number): BaseTransport | undefined {
    return this.pipes.get(fd)
  }

  isClosing(): boolean {
    return this.closing
  }

  /** Closes the pipes, and kills the process if it still runs. */
  close(): void {
    if (this.closing) return
    this.closing = true
    for (const pipe of this.pipes.values()) pipe.close()
    if (this.status === undefined && this.child.pid !== undefined) this.child.kill('SIGKILL')
  }

  sendSignal(signal: NodeJS.Signals | number): void {
    if (this.status !== undefined) throw new ProcessLookupError(`The process ${this.getPid()} has ended.`)
    recorder?.killed(this, signal)
    this.child.kill(signal)
  }

  terminate(): void {
    this.sendSignal('SIGTERM')
  }

  kill(): void {
    this.sendSignal('SIGKILL')
  }

  /** @internal Waits until the protocol knows of it. */
  *_connected(): Coroutine<void> {
    yield* this.made
  }

  /** @internal Waits until the process has ended. */
  *_wait(): Coroutine<number> {
    while (this.status === undefined) {
      const waiter = createWaiter<void>(this.loop, AwaitCode.subprocess, this)
      this.waiters.add(waiter)
      try {
        yield* waiter
      } finally {
        this.waiters.delete(waiter)
      }
    }
    return this.status
  }

  /** @internal */
  _pipeLost(fd: number, error: unknown): void {
    this.openPipes.delete(fd)
    this.protocol.pipeConnectionLost(fd, error)
    this.finishIfOver()
  }

  private exited(status: number): void {
    this.status = status
    recorder?.exited(this, status)
    this.protocol.processExited()
    for (const waiter of this.waiters) setResultUnlessDone(waiter, undefined)
    this.finishIfOver()
  }

  private finishIfOver(): void {
    if (this.status === undefined || this.openPipes.size > 0) return
    this.calls.soon(() => this.protocol.connectionLost(undefined))
  }
}

/** One pipe's protocol: hands all on to that of the process. */
class PipeProtocol extends BaseProtocol {
  constructor(
    private readonly process: ChildTransport,
    private readonly fd: number,
  ) {
    super()
  }

  dataReceived(data: Buffer): void {
    this.process.getProtocol().pipeDataReceived(this.fd, data)
  }

  override pauseWriting(): void {
    this.process.getProtocol().pauseWriting()
  }

  override resumeWriting(): void {
    this.process.getProtocol().resumeWriting()
  }

  override connectionLost(error: unknown): void {
    this.process._pipeLost(this.fd, error)
  }
}
