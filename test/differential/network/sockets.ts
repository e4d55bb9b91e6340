// The twin of sockets.py, by hand. Change both.
import { createSocket, type Socket as DatagramSocket } from 'node:dgram'
import { existsSync, mkdtempSync, readdirSync, unlinkSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as aio from '../../../runtime/typescript/index.ts'
import type { Coroutine, StreamReader, StreamWriter } from '../../../runtime/typescript/index.ts'
import { scenario, type Log } from '../harness.ts'
import {
  aFile,
  certified,
  code,
  HOST,
  Keeps,
  keeps,
  kind,
  listening,
  OTHER_HOST,
  Pair,
  pair,
  portOf,
  serving,
  trusting,
  unconnected,
  upperCase,
  using,
} from '../peers.ts'

const options = { server: { ssl: certified }, client: { ssl: trusting, serverHostname: 'localhost' } }
const answering = (): Keeps => new Keeps({ answer: upperCase })
const newFolder = (): string => mkdtempSync(join(tmpdir(), 'loopscope-'))

function* attempt(log: Log, name: string, start: () => Coroutine<unknown>): Coroutine<void> {
  try {
    yield* start()
    log(name, 'began')
  } catch (error) {
    if (error instanceof aio.ValueError) log(name, error)
    else if (code(error) !== '') log(name, 'OSError')
    else throw error
  }
}

scenario('arguments that contradict each other, and that are missing', '', function* (log) {
  const loop = aio.getRunningLoop()
  const [sock] = yield* listening()
  yield* using(pair(), function* ([client]) {
    const connected = client.transport.getExtraInfo('socket') as Socket
    yield* attempt(log, 'both', () => loop.createConnection(keeps, HOST, 1, { sock: connected }))
  })
  yield* attempt(log, 'neither', () => loop.createConnection(keeps))
  yield* attempt(log, 'both', () => loop.createServer(keeps, HOST, 1, { sock }))
  yield* attempt(log, 'neither', () => loop.createServer(keeps))
  yield* attempt(log, 'both', () => loop.createUnixServer(keeps, '/nowhere/socket', { sock }))
  yield* attempt(log, 'neither', () => loop.createUnixServer(keeps))
  yield* attempt(log, 'neither', () => loop.createUnixConnection(keeps))
  yield* attempt(log, 'neither', () => loop.createDatagramEndpoint(() => new aio.DatagramProtocol()))
  sock.close()
})

scenario('addresses that cannot be had', '', function* (log) {
  const loop = aio.getRunningLoop()
  const taken = yield* loop.createServer(keeps, HOST, 0)
  const port = portOf(taken)
  yield* attempt(log, 'server', () => loop.createServer(keeps, HOST, port))
  yield* attempt(log, 'local', () => loop.createConnection(keeps, HOST, port, { localAddr: [HOST, port] }))
  taken.close()
  yield* taken.waitClosed()
  yield* attempt(log, 'connection', () => loop.createConnection(keeps, HOST, port))
  yield* attempt(log, 'no such file', () => aio.openUnixConnection('/no/such/socket'))
  yield* attempt(log, 'no directory', () => loop.createUnixServer(keeps, '/no/such/directory/socket'))
  const datagrams = (): aio.DatagramProtocol => new aio.DatagramProtocol()
  const [endpoint] = yield* loop.createDatagramEndpoint(datagrams, { localAddr: [HOST, 0] })
  const localAddr = endpoint.getExtraInfo('sockname') as aio.Address
  yield* attempt(log, 'datagrams', () => loop.createDatagramEndpoint(datagrams, { localAddr }))
  endpoint.close()
})

scenario("from an address of one's own", '', function* (log) {
  const loop = aio.getRunningLoop()
  const server = yield* loop.createServer(keeps, HOST, 0)
  const there = portOf(server)
  const [transport] = yield* loop.createConnection(keeps, HOST, there, { localAddr: [HOST, 0] })
  const [mine] = transport.getExtraInfo('sockname') as aio.Address
  log(mine, (transport.getExtraInfo('peername') as aio.Address)[1] === there)
  transport.abort()
  server.close()
  yield* server.waitClosed()
})

scenario('a server at two addresses, and one of a socket that listens already', '', function* (log) {
  const loop = aio.getRunningLoop()
  let server = yield* loop.createServer(answering, [HOST, OTHER_HOST, HOST], 0)
  log(server.sockets.length, server.getLoop() === loop, server.isServing())
  const port = portOf(server)
  server.close()
  yield* server.waitClosed()
  log(server.sockets.length, server.isServing())
  yield* attempt(log, 'closed', () => loop.createConnection(keeps, HOST, port))
  const [sock, address] = yield* listening()
  server = yield* loop.createServer(answering, undefined, undefined, { sock })
  const mine = unconnected()
  yield* loop.sockConnect(mine, address)
  const [transport, client] = yield* loop.createConnection(keeps, undefined, undefined, { sock: mine })
  transport.write('hello')
  yield* client.until(() => client.data.length === 5)
  log(client.data, server.sockets.length)
  transport.close()
  yield* client.lost
  server.close()
  yield* server.waitClosed()
  log(server.isServing())
})

scenario('the file of a Unix server', '', function* (log) {
  const loop = aio.getRunningLoop()
  const folder = newFolder()
  const path = join(folder, 'socket')

  let server = yield* loop.createUnixServer(keeps, path)
  server.close()
  yield* server.waitClosed()
  log('removed', existsSync(path))

  server = yield* loop.createUnixServer(keeps, path)
  unlinkSync(path)
  server.close()
  yield* server.waitClosed()
  log('gone', existsSync(path))

  const first = yield* loop.createUnixServer(keeps, path)
  unlinkSync(path)
  const second = yield* loop.createUnixServer(answering, path)
  first.close()
  yield* first.waitClosed()
  log('replaced', existsSync(path))
  const [transport, client] = yield* loop.createUnixConnection(keeps, path)
  transport.write('there')
  yield* client.until(() => client.data.length === 5)
  log(client.data)
  transport.close()
  yield* client.lost
  second.close()
  yield* second.waitClosed()
  log('its own', existsSync(path))

  server = yield* loop.createUnixServer(keeps, path, { cleanupSocket: false })
  server.close()
  yield* server.waitClosed()
  log('kept', existsSync(path), readdirSync(folder))
})

scenario('streams over a Unix socket', '', function* (log) {
  const path = join(newFolder(), 'socket')
  function* answers(reader: StreamReader, writer: StreamWriter): Coroutine<void> {
    writer.write(upperCase(yield* reader.readline()))
    writer.close()
  }
  function calls(reader: StreamReader, writer: StreamWriter): void {
    aio.getRunningLoop().createTask(answers(reader, writer))
  }
  for (const handler of [answers, calls]) {
    const server = yield* aio.startUnixServer(handler, path, { startServing: false })
    log(server.isServing())
    yield* server.startServing()
    const serving = aio.createTask(server.serveForever())
    const [reader, writer] = yield* aio.openUnixConnection(path)
    writer.write('hello\n')
    log(server.isServing(), yield* reader.read())
    writer.close()
    yield* writer.waitClosed()
    serving.cancel()
    try {
      yield* serving
    } catch (error) {
      if (error instanceof aio.CancelledError) log('cancelled', server.isServing())
    }
  }
})

scenario('two that drain at one time, and a reader whose writer is closed', '', function* (log) {
  const go = new aio.Event()
  function* readsLater(reader: StreamReader, writer: StreamWriter): Coroutine<void> {
    yield* go.wait()
    while ((yield* reader.read(1_000_000)).length > 0);
    writer.close()
  }
  yield* using(serving(readsLater), function* (server) {
    const [reader, writer] = yield* aio.openConnection(HOST, portOf(server))
    writer.write(Buffer.alloc(20_000_000, 'x'))
    const drains = [1, 2].map(() => aio.createTask(writer.drain()))
    yield* aio.sleep(0.02)
    log(drains.map((drain) => drain.done()))
    go.set()
    log(yield* aio.gather(...drains))
    writer.close()
    yield* writer.waitClosed()
    log(reader.atEof(), yield* reader.read())
  })
})

class Kept extends aio.DatagramProtocol {
  readonly received = aio.getRunningLoop().createFuture<Buffer>()
  readonly lost = aio.getRunningLoop().createFuture<string>()

  override datagramReceived(data: Buffer): void {
    this.received.setResult(data)
  }

  override connectionLost(error: unknown): void {
    this.lost.setResult(kind(error))
  }
}

function* bound(): Coroutine<DatagramSocket> {
  const socket = createSocket('udp4')
  yield* aio.fromPromise(new Promise<void>((resolve) => socket.bind(0, HOST, resolve)))
  return socket
}

scenario("a datagram socket of one's own", '', function* (log) {
  const loop = aio.getRunningLoop()
  const kept = (): Kept => new Kept()
  const [transport, mine] = yield* loop.createDatagramEndpoint(kept, { sock: yield* bound() })
  const remoteAddr = transport.getExtraInfo('sockname') as aio.Address
  const [sender] = yield* loop.createDatagramEndpoint(kept, { remoteAddr })
  sender.sendto('data')
  log(yield* mine.received)
  for (const each of [transport, sender]) each.close()
  log(yield* mine.lost)
})

scenario('bare sockets whose waits are cancelled', '', function* (log) {
  const loop = aio.getRunningLoop()
  const [listener, address] = yield* listening()
  const accepting = aio.createTask(loop.sockAccept(listener))
  const sock = unconnected()
  yield* aio.createTask(loop.sockConnect(sock, address))
  const [peer] = yield* accepting
  const receiving = aio.createTask(loop.sockRecv(sock, 10))
  yield* aio.sleep(0)
  receiving.cancel()
  try {
    yield* receiving
  } catch (error) {
    if (error instanceof aio.CancelledError) log('cancelled')
  }
  try {
    yield* aio.waitFor(loop.sockRecv(sock, 10), 0.01)
  } catch (error) {
    if (error instanceof aio.TimeoutError) log('late')
  }
  yield* loop.sockSendall(peer, 'for the next')
  log(yield* loop.sockRecv(sock, 100))
  for (const each of [sock, peer]) each.destroy()
  listener.close()
  const other = unconnected()
  const [again, there] = yield* listening()
  const connecting = aio.createTask(loop.sockConnect(other, there))
  yield* aio.sleep(0)
  connecting.cancel()
  log((yield* aio.gather(connecting, { returnExceptions: true })) !== undefined)
  other.destroy()
  again.close()
})

scenario('bare Unix sockets, and datagrams into memory', '', function* (log) {
  const loop = aio.getRunningLoop()
  const path = join(newFolder(), 'socket')
  const listener = createServer({ allowHalfOpen: true })
  yield* aio.fromPromise(new Promise<void>((resolve) => listener.listen(path, resolve)))
  const accepting = aio.createTask(loop.sockAccept(listener))
  const sock = unconnected()
  yield* loop.sockConnect(sock, path)
  const [peer] = yield* accepting
  yield* loop.sockSendall(sock, 'over unix')
  log(yield* loop.sockRecv(peer, 100))
  for (const each of [sock, peer]) each.destroy()
  listener.close()
  const [a, b] = [yield* bound(), yield* bound()]
  const memory = Buffer.alloc(20)
  const receiving = aio.createTask(loop.sockRecvfromInto(b, memory))
  yield* aio.sleep(0.01)
  yield* loop.sockSendto(a, 'datagram', [HOST, b.address().port])
  const [size, source] = yield* receiving
  log(size, memory.subarray(0, size), source[1] === a.address().port)
  a.close()
  b.close()
})

scenario('files over TLS', '', function* (log) {
  const loop = aio.getRunningLoop()
  yield* using(new Pair(keeps, keeps, options), function* ([client, server]) {
    const file = yield* aFile('0123456789'.repeat(100_000))
    client.transport.write('before ')
    log(yield* loop.sendfile(client.transport, file))
    log(yield* loop.sendfile(client.transport, file, { offset: 5, count: 10 }))
    client.transport.write(' after')
    client.transport.close()
    yield* server.lost
    log(server.data.length - 1_000_000, server.data.subarray(0, 9), server.data.subarray(-16))
    yield* aio.fromPromise(file.close())
  })
})

class Closes extends Keeps {
  constructor(private readonly limit: number) {
    super()
  }

  override dataReceived(data: Buffer): void {
    super.dataReceived(data)
    if (this.data.length >= this.limit) this.transport.close()
  }
}

scenario('a peer that closes while a file is sent', '', function* (log) {
  const loop = aio.getRunningLoop()
  const size = 20_000_000
  for (const limit of [65536, size])
    yield* using(new Pair(keeps, () => new Closes(limit)), function* ([client, server]) {
      const file = yield* aFile('x'.repeat(size))
      try {
        log(yield* loop.sendfile(client.transport, file))
      } catch (error) {
        if (kind(error) === 'reset') log('ConnectionError')
      }
      yield* aio.gather(client.lost, server.lost)
      log(server.data.length >= limit)
      yield* aio.fromPromise(file.close())
    })
})

scenario('what sendfile refuses, and what it sends between other data', '', function* (log) {
  const loop = aio.getRunningLoop()
  const [listener, address] = yield* listening()
  const sock = unconnected()
  const accepting = aio.createTask(loop.sockAccept(listener))
  yield* loop.sockConnect(sock, address)
  const [peer] = yield* accepting
  const file = yield* aFile('0123456789'.repeat(1000))
  for (const part of [{ offset: -1 }, { count: -1 }, { count: 0 }])
    yield* attempt(log, 'sendfile', () => loop.sockSendfile(sock, file, part))
  yield* loop.sockSendall(sock, 'before ')
  log(yield* loop.sockSendfile(sock, file, { offset: 1, count: 2000 }))
  yield* loop.sockSendall(sock, ' after')
  sock.destroy()
  const parts: Buffer[] = []
  for (let part; (part = yield* loop.sockRecv(peer, 65536)).length > 0;) parts.push(part)
  const received = Buffer.concat(parts)
  log(received.length, received.subarray(0, 10), received.subarray(-10))
  yield* aio.fromPromise(file.close())
  peer.destroy()
  listener.close()
})

scenario('names of addresses', '', function* (log) {
  const loop = aio.getRunningLoop()
  const [host, service] = yield* loop.getnameinfo(HOST, 80)
  log(host !== '', ['http', '80'].includes(service))
  try {
    yield* loop.getaddrinfo('no such host')
  } catch (error) {
    if (code(error) !== '') log('no such host')
  }
  const [wrong, port] = ['no such host', 80]
  yield* attempt(log, 'connection', () => loop.createConnection(keeps, wrong, port))
  yield* attempt(log, 'server', () => loop.createServer(keeps, wrong, port))
  const datagrams = (): aio.DatagramProtocol => new aio.DatagramProtocol()
  yield* attempt(log, 'datagrams', () => loop.createDatagramEndpoint(datagrams, { remoteAddr: [wrong, port] }))
})

scenario('what a base protocol does by itself', '', function* (log) {
  const protocol = new aio.BaseProtocol()
  log(protocol.connectionMade(undefined as never), protocol.connectionLost(undefined))
  log(protocol.pauseWriting(), protocol.resumeWriting())
})
