// Both ends of a connection, a child and a certificate, for scenarios over real sockets and processes. The twin of peers.py.
import { mkdtempSync, readFileSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { createServer, Socket, type AddressInfo, type Server as NodeServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as aio from '../../runtime/typescript/index.ts'
import type { Coroutine, Server, Transport } from '../../runtime/typescript/index.ts'
import { Boom } from './harness.ts'

export const HOST = '127.0.0.1'
/** Another address of this machine: macOS has no second one of IPv4. */
export const OTHER_HOST = process.platform === 'linux' ? '127.0.0.2' : '::1'
export const code = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? ''

/** The few ways in which a connection fails, by names that both sides know. */
export function kind(error: unknown): string {
  if (error === undefined) return 'none'
  if (error instanceof aio.ConnectionResetError || ['ECONNRESET', 'EPIPE'].includes(code(error))) return 'reset'
  if (code(error) === 'ECONNREFUSED') return 'refused'
  if (code(error).startsWith('ERR_SSL')) return 'tls'
  return (error as Error).constructor.name
}

/** Python's `async with`. */
export interface Manager<T> {
  enter(): Coroutine<T>
  exit(): Coroutine<void>
}
export function* using<T>(manager: Manager<T>, body: (value: T) => Coroutine<void>): Coroutine<void> {
  const value = yield* manager.enter()
  try {
    yield* body(value)
  } finally {
    yield* manager.exit()
  }
}

export interface Keeping {
  readonly keepOpen?: boolean
  readonly answer?: (data: Buffer) => string
  readonly failsAt?: string
}

/** Keeps what happens to it; `until` tells when enough has arrived. */
export class Keeps extends aio.Protocol {
  readonly events: string[] = []
  data = Buffer.alloc(0)
  transport!: Transport
  readonly lost = aio.getRunningLoop().createFuture()
  private readonly waiters = new Set<aio.Event>()

  constructor(private readonly keeping: Keeping = {}) {
    super()
  }

  private happens(event: string): void {
    this.events.push(event)
    if (this.keeping.failsAt === event) throw new Boom(event)
  }

  override connectionMade(transport: aio.BaseTransport): void {
    this.transport = transport as Transport
    this.happens('made')
  }

  override dataReceived(data: Buffer): void {
    this.data = Buffer.concat([this.data, data])
    if (this.events.at(-1) !== 'data') this.happens('data')
    this.wake()
    if (this.keeping.answer) this.transport.write(this.keeping.answer(data))
  }

  override eofReceived(): boolean {
    this.happens('eof')
    this.wake()
    return this.keeping.keepOpen ?? false
  }

  override pauseWriting(): void {
    this.happens('pause')
    this.wake()
  }

  override resumeWriting(): void {
    this.happens('resume')
    this.wake()
  }

  override connectionLost(error: unknown): void {
    this.happens(`lost ${kind(error)}`)
    this.wake()
    this.lost.setResult()
  }

  private wake(): void {
    for (const waiter of this.waiters) waiter.set()
  }

  *until(condition: () => boolean): Coroutine<void> {
    while (!condition()) {
      const waiter = new aio.Event()
      this.waiters.add(waiter)
      yield* waiter.wait()
      this.waiters.delete(waiter)
    }
  }
}

export const upperCase = (data: Buffer): string => data.toString().toUpperCase()
export const portOf = (server: Server): number => (server.address() as AddressInfo).port

/** The server of the pair that was made last. */
export let last: Server

export interface PairOptions {
  readonly server?: aio.ListeningOptions
  readonly client?: aio.ConnectOptions
}

/** A server with one client: both protocols, connected. */
export class Pair<C extends Keeps, S extends aio.BaseProtocol & { events: string[] }> implements Manager<[C, S]> {
  private server!: Server
  private transport!: Transport

  constructor(
    private readonly clientFactory: () => C,
    private readonly serverFactory: () => S,
    private readonly options: PairOptions = {},
  ) {}

  *enter(): Coroutine<[C, S]> {
    const loop = aio.getRunningLoop()
    const served = loop.createFuture<S>()
    const factory = (): S => {
      const protocol = this.serverFactory()
      served.setResult(protocol)
      return protocol
    }
    this.server = last = yield* loop.createServer(factory, HOST, 0, this.options.server)
    const port = portOf(this.server)
    const [transport, client] = yield* loop.createConnection(this.clientFactory, HOST, port, this.options.client)
    this.transport = transport
    const peer = yield* served
    while (peer.events.length === 0) yield* aio.sleep(0)
    return [client, peer]
  }

  *exit(): Coroutine<void> {
    this.transport.abort()
    this.server.close()
    yield* this.server.waitClosed()
  }
}
export const keeps = (): Keeps => new Keeps()
export const pair = (): Pair<Keeps, Keeps> => new Pair(keeps, keeps)

export class Child extends aio.SubprocessProtocol {
  readonly events: string[] = []
  readonly data: Record<number, Buffer> = { 1: Buffer.alloc(0), 2: Buffer.alloc(0) }
  readonly over = aio.getRunningLoop().createFuture()

  override connectionMade(): void {
    this.events.push('made')
  }

  override pipeDataReceived(fd: number, data: Buffer): void {
    this.data[fd] = Buffer.concat([this.data[fd], data])
  }

  override pipeConnectionLost(fd: number): void {
    this.events.push(`pipe ${fd} lost`)
  }

  override processExited(): void {
    this.events.push('exited')
  }

  override connectionLost(error: unknown): void {
    this.events.push(`lost ${kind(error)}`)
    this.over.setResult()
  }
}

export function* listening(): Coroutine<[NodeServer, aio.Address]> {
  const server = createServer({ allowHalfOpen: true })
  yield* aio.fromPromise(new Promise<void>((resolve) => server.listen(0, HOST, resolve)))
  return [server, [HOST, (server.address() as AddressInfo).port]]
}

export const unconnected = (): Socket => new Socket({ allowHalfOpen: true })

export function* aFile(content: string): Coroutine<FileHandle> {
  const file = yield* aio.fromPromise(open(join(mkdtempSync(join(tmpdir(), 'loopscope-')), 'file'), 'w+'))
  yield* aio.fromPromise(file.write(content, 0))
  return file
}

export const pem = (name: string): Buffer => readFileSync(join(import.meta.dirname, 'network', `${name}.pem`))
export const certified = { cert: pem('cert'), key: pem('key') }
export const trusting = { ca: pem('cert') }

/** Python's `async with await asyncio.start_server(…) as server`. */
export const serving = (handler: aio.ConnectionHandler, options: aio.ServerOptions = {}): Manager<Server> => {
  let server: Server
  return {
    *enter() {
      return (server = yield* aio.startServer(handler, HOST, 0, options))
    },
    *exit() {
      server.close()
      yield* server.waitClosed()
    },
  }
}
