// asyncio/subprocess.py
import type { EventLoop } from './baseEvents.ts'
import type { Coroutine } from './coroutines.ts'
import { getRunningLoop } from './events.ts'
import { ConnectionResetError } from './exceptions.ts'
import { gather } from './gather.ts'
import type { SubprocessProtocol } from './protocols.ts'
import { StreamProtocol } from './streams/protocol.ts'
import { StreamReader, StreamWriter } from './streams.ts'
import { subprocessExec, subprocessShell, type ChildTransport, type SpawnOptions } from './transports/subprocesses.ts'
import type { BaseTransport, ReadTransport, SubprocessTransport, WriteTransport } from './transports.ts'

export interface SubprocessOptions extends SpawnOptions {
  /** The readers' limit, bytes. */
  readonly limit?: number | undefined
}

const INHERIT = { stdin: 'inherit', stdout: 'inherit', stderr: 'inherit' } as const

/** Starts a program; its standard streams are this process's own unless the options say otherwise. Throws where it cannot be started. */
export function* createSubprocessExec(
  program: string,
  args: readonly string[] = [],
  options: SubprocessOptions = {},
): Coroutine<Process> {
  const loop = getRunningLoop()
  const protocolFactory = (): ProcessProtocol => new ProcessProtocol(loop, options.limit)
  return processOf(yield* subprocessExec(loop, protocolFactory, program, args, { ...INHERIT, ...options }))
}

/** Starts a command line with the shell. */
export function* createSubprocessShell(command: string, options: SubprocessOptions = {}): Coroutine<Process> {
  const loop = getRunningLoop()
  const protocolFactory = (): ProcessProtocol => new ProcessProtocol(loop, options.limit)
  return processOf(yield* subprocessShell(loop, protocolFactory, command, { ...INHERIT, ...options }))
}

const processOf = ([transport, protocol]: [SubprocessTransport, ProcessProtocol]): Process =>
  new Process(transport as ChildTransport, protocol)

/** Asyncio's SubprocessStreamProtocol: the pipes as streams. */
class ProcessProtocol extends StreamProtocol implements SubprocessProtocol {
  stdin: StreamWriter | undefined = undefined
  stdout: StreamReader | undefined = undefined
  stderr: StreamReader | undefined = undefined

  constructor(
    loop: EventLoop,
    private readonly limit: number | undefined,
  ) {
    super(loop)
  }

  override connectionMade(transport: BaseTransport): void {
    const pipe = (fd: number): BaseTransport | undefined => (transport as SubprocessTransport).getPipeTransport(fd)
    const stdin = pipe(0)
    if (stdin !== undefined) this.stdin = new StreamWriter(stdin as WriteTransport, this, undefined, this.loop)
    this.stdout = this.readerOf(pipe(1))
    this.stderr = this.readerOf(pipe(2))
  }

  pipeDataReceived(fd: number, data: Buffer): void {
    this.reader(fd)?.feedData(data)
  }

  pipeConnectionLost(fd: number, error: unknown): void {
    if (fd === 0) this.connectionLost(error)
    else if (error === undefined) this.reader(fd)?.feedEof()
    else this.reader(fd)?.setException(error)
  }

  processExited(): void {}

  private readerOf(pipe: BaseTransport | undefined): StreamReader | undefined {
    if (pipe === undefined) return undefined
    const reader = new StreamReader({ limit: this.limit, loop: this.loop })
    reader.setTransport(pipe as ReadTransport)
    return reader
  }

  private reader(fd: number): StreamReader | undefined {
    return fd === 1 ? this.stdout : this.stderr
  }
}

/** A running or ended program. */
export class Process {
  readonly pid: number
  readonly stdin: StreamWriter | undefined
  readonly stdout: StreamReader | undefined
  readonly stderr: StreamReader | undefined

  /** @internal */
  constructor(
    private readonly transport: ChildTransport,
    { stdin, stdout, stderr }: ProcessProtocol,
  ) {
    this.pid = transport.getPid()
    this.stdin = stdin
    this.stdout = stdout
    this.stderr = stderr
  }

  /** The exit status, minus the signal's number where one ended it; undefined while it runs. */
  get returncode(): number | undefined {
    return this.transport.getReturncode()
  }

  /** Waits until it has ended; gives the exit status. With pipes that nobody reads it may never end: use `communicate`. */
  wait(): Coroutine<number> {
    return this.transport._wait()
  }

  /** Writes `input` to its standard input, reads everything it writes, and waits until it has ended. */
  *communicate(input?: Uint8Array | string): Coroutine<[Buffer | undefined, Buffer | undefined]> {
    const [, stdout, stderr] = yield* gather(this.feed(input), readAll(this.stdout), readAll(this.stderr))
    yield* this.wait()
    return [stdout, stderr]
  }

  sendSignal(signal: NodeJS.Signals | number): void {
    this.transport.sendSignal(signal)
  }

  terminate(): void {
    this.transport.terminate()
  }

  kill(): void {
    this.transport.kill()
  }

  private *feed(input: Uint8Array | string | undefined): Coroutine<void> {
    if (this.stdin === undefined) return
    if (input !== undefined) {
      this.stdin.write(input)
      try {
        yield* this.stdin.drain()
      } catch (error) {
        // The program ended without reading all of it: its status tells more than the pipe.
        if (!isBrokenPipe(error)) throw error
      }
    }
    this.stdin.close()
  }
}

function* readAll(reader: StreamReader | undefined): Coroutine<Buffer | undefined> {
  return reader === undefined ? undefined : yield* reader.read()
}

const isBrokenPipe = (error: unknown): boolean =>
  error instanceof ConnectionResetError || ['EPIPE', 'ECONNRESET'].includes((error as NodeJS.ErrnoException).code ?? '')
