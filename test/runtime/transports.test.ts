// What network.ts does not compare with CPython: pipes of Node's, sockets that were accepted elsewhere, the order of calls, misuse.
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { built, start } from './node.ts'
import {
  BaseProtocol,
  createTask,
  Event,
  ExceptionGroup,
  fromPromise,
  getRunningLoop,
  NotImplementedError,
  Protocol,
  run,
  SendfileNotAvailableError,
  sleep,
  startServer,
  type BaseTransport,
  type Coroutine,
  type Transport,
} from '../../runtime/typescript/index.ts'

/** Collects what it receives; `ended` is set by its end. */
class Collects extends Protocol {
  text = ''
  error: unknown = undefined
  readonly ended = new Event()
  transport!: Transport

  override connectionMade(transport: BaseTransport): void {
    this.transport = transport as Transport
  }

  override dataReceived(data: Buffer): void {
    this.text += data.toString()
  }

  override connectionLost(error: unknown): void {
    this.error = error
    this.ended.set()
  }
}

describe('connections', () => {
  it('have a delay between addresses, and tell the errors of all', async () => {
    function* main(): Coroutine<unknown> {
      const loop = getRunningLoop()
      const server = yield* loop.createServer(() => new Collects(), '127.0.0.1', 0)
      const { port } = server.address() as AddressInfo
      const [transport] = yield* loop.createConnection(() => new Collects(), 'localhost', port, {
        family: 4,
        happyEyeballsDelay: 0.1,
      })
      transport.abort()
      server.close()
      yield* server.waitClosed()
      try {
        yield* loop.createConnection(() => new Collects(), '127.0.0.1', port, { allErrors: true })
      } catch (error) {
        return error
      }
    }
    const error = (await run(main())) as ExceptionGroup
    expect(error).toBeInstanceOf(ExceptionGroup)
    expect(error.message).toBe('create_connection failed')
    expect(error.exceptions.map((each) => (each as NodeJS.ErrnoException).code)).toEqual(['ECONNREFUSED'])
  })

  it('are served at the addresses of one family', async () => {
    function* main(): Coroutine<unknown> {
      const loop = getRunningLoop()
      using server = yield* loop.createServer(() => new Collects(), ['localhost', '127.0.0.1'], 0, { family: 4 })
      using everywhere = yield* loop.createServer(() => new Collects(), undefined, 0, { family: 4 })
      return [server, everywhere].map(({ sockets }) =>
        sockets.map((socket) => (socket.address() as AddressInfo).address),
      )
    }
    expect(await run(main())).toEqual([['127.0.0.1'], ['0.0.0.0']])
  })

  it('share a port with other servers where this Node can, and are refused where it cannot', async () => {
    const [major, minor] = process.versions.node.split('.').map(Number)
    const can = (major > 23 || (major === 23 && minor >= 1)) && process.platform === 'linux'
    function* main(): Coroutine<number[]> {
      using first = yield* startServer(() => {}, '127.0.0.1', 0, { reusePort: true })
      using second = yield* startServer(() => {}, '127.0.0.1', first.port, { reusePort: true })
      return [first.port - second.port]
    }
    if (can) expect(await run(main())).toEqual([0])
    else await expect(run(main())).rejects.toThrow(`this is ${process.versions.node}`)
  })

  it.skipIf(!existsSync('/proc/net/tcp'))('of a server with keepAlive are looked after by the system', async () => {
    /** Whether the server's end of a connection has the timer of SO_KEEPALIVE. */
    function* looksAfter(keepAlive: boolean): Coroutine<boolean> {
      const loop = getRunningLoop()
      const made = new Event()
      const factory = (): Collects => {
        made.set()
        return new Collects()
      }
      const server = yield* loop.createServer(factory, '127.0.0.1', 0, { keepAlive })
      const { port } = server.address() as AddressInfo
      const [client] = yield* loop.createConnection(() => new Collects(), '127.0.0.1', port)
      yield* made.wait()
      const hex = port.toString(16).toUpperCase().padStart(4, '0')
      const line = readFileSync('/proc/net/tcp', 'utf8')
        .split('\n')
        .map((each) => each.trim().split(/\s+/))
        .find(([, local, , state]) => local?.endsWith(`:${hex}`) && state === '01')
      client.abort()
      server.close()
      server.abortClients()
      yield* server.waitClosed()
      return line![5].startsWith('02:')
    }
    function* main(): Coroutine<boolean[]> {
      return [yield* looksAfter(false), yield* looksAfter(true)]
    }
    expect(await run(main())).toEqual([false, true])
  })
})

describe('pipes', () => {
  it('are read until their end and written until they are closed', async () => {
    function* main(): Coroutine<[string, string]> {
      const loop = getRunningLoop()
      const [source, sink] = [new PassThrough(), new PassThrough()]
      const [reading, reader] = yield* loop.connectReadPipe(() => new Collects(), source)
      const [writing, writer] = yield* loop.connectWritePipe(() => new Collects(), sink)
      source.end('from the pipe')
      yield* reader.ended.wait()
      writing.write('into the pipe')
      writing.close()
      yield* writer.ended.wait()
      expect(reading.isClosing()).toBe(true)
      expect(reading.getExtraInfo('pipe')).toBe(source)
      return [reader.text, String(sink.read())]
    }
    expect(await run(main())).toEqual(['from the pipe', 'into the pipe'])
  })

  it('tell their protocol which error broke them', async () => {
    function* main(): Coroutine<unknown> {
      const source = new PassThrough()
      const [, reader] = yield* getRunningLoop().connectReadPipe(() => new Collects(), source)
      source.destroy(new Error('broken'))
      yield* reader.ended.wait()
      return (reader.error as Error).message
    }
    expect(await run(main())).toBe('broken')
  })
})

it('serves a socket that was accepted outside of asyncio', async () => {
  function* main(): Coroutine<string> {
    const loop = getRunningLoop()
    const accepted = loop.createFuture<Socket>()
    const server = createServer({ allowHalfOpen: true }, (socket) => accepted.setResult(socket))
    yield* fromPromise(new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
    const [client] = yield* loop.createConnection(
      () => new Collects(),
      '127.0.0.1',
      (server.address() as AddressInfo).port,
    )
    const [, protocol] = yield* loop.connectAcceptedSocket(() => new Collects(), yield* accepted)
    client.write('hello')
    client.close()
    yield* protocol.ended.wait()
    server.close()
    return protocol.text
  }
  expect(await run(main())).toBe('hello')
})

it('calls a protocol from the loop alone, in the context in which it was made', async () => {
  class Nested extends Collects {
    depth = 0
    deepest = 0
    override dataReceived(data: Buffer): void {
      this.deepest = Math.max(this.deepest, ++this.depth)
      getRunningLoop() // throws outside of a loop's turn where several run
      super.dataReceived(data)
      this.transport.pauseReading()
      this.transport.resumeReading()
      this.depth--
    }
  }
  function* main(): Coroutine<[string, number]> {
    const source = new PassThrough()
    const [, nested] = yield* getRunningLoop().connectReadPipe(() => new Nested(), source)
    for (const part of ['a', 'b', 'c']) source.write(part)
    source.end()
    yield* nested.ended.wait()
    return [nested.text, nested.deepest]
  }
  expect(await run(main())).toEqual(['abc', 1])
})

it('says what Node cannot do, and what to use instead', async () => {
  function* main(): Coroutine<void> {
    const loop = getRunningLoop()
    expect(() => loop.addReader(0, () => {})).toThrow(NotImplementedError)
    expect(() => loop.addReader(0, () => {})).toThrow(/pass the net\.Socket, the stream or the process pipe/)
    const [transport] = yield* loop.connectWritePipe(() => new BaseProtocol(), new PassThrough())
    const sending = loop.sendfile(transport as Transport, undefined as never, { fallback: false })
    yield* sleep(0)
    expect(() => sending.next()).toThrow(SendfileNotAvailableError)
    transport.close()
  }
  await run(main())
})

it('a connection that is cancelled while it is made leaves nothing behind', async () => {
  function* main(): Coroutine<boolean> {
    const loop = getRunningLoop()
    const server = yield* loop.createServer(() => new Collects(), '127.0.0.1', 0)
    const connecting = createTask(
      loop.createConnection(() => new Collects(), '127.0.0.1', (server.address() as AddressInfo).port),
    )
    yield* sleep(0)
    connecting.cancel()
    while (!connecting.done()) yield* sleep(0)
    server.close()
    yield* server.waitClosed()
    return connecting.cancelled()
  }
  expect(await run(main())).toBe(true)
})

it('a program ends with its loop, whatever it left open', async () => {
  const { ended } = start(await built('leavesOpen'))
  expect(await ended).toEqual({ status: 0, stdout: 'done\n', stderr: '' })
})
