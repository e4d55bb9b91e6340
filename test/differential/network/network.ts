// The twin of network.py, by hand. Change both.
import { createSocket, type Socket as DatagramSocket } from 'node:dgram'
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as aio from '../../../runtime/typescript/index.ts'
import type { Coroutine, StreamReader, StreamWriter } from '../../../runtime/typescript/index.ts'
import { Boom, scenario } from '../harness.ts'
import {
  HOST,
  code,
  kind,
  using,
  Keeps,
  upperCase,
  portOf,
  last,
  Pair,
  keeps,
  pair,
  Child,
  listening,
  unconnected,
  aFile,
  certified,
  trusting,
  serving,
} from '../peers.ts'

scenario('a client and a server', '', function* (log) {
  const both = new Pair(keeps, () => new Keeps({ answer: upperCase }))
  yield* using(both, function* ([client, server]) {
    client.transport.write('hello ')
    client.transport.writelines(['wor', 'ld'])
    yield* client.until(() => client.data.length === 11)
    client.transport.close()
    log(client.transport.isClosing())
    yield* aio.gather(client.lost, server.lost)
    log('client', client.events, client.data)
    log('server', server.events, server.data, server.transport.isClosing())
  })
})

scenario('half a connection stays open', '', function* (log) {
  const both = new Pair(keeps, () => new Keeps({ keepOpen: true }))
  yield* using(both, function* ([client, server]) {
    log(client.transport.canWriteEof())
    client.transport.write('question')
    client.transport.writeEof()
    yield* server.until(() => server.events.includes('eof'))
    log(server.data, server.transport.isClosing())
    server.transport.write('answer')
    server.transport.close()
    yield* aio.gather(client.lost, server.lost)
    log('client', client.events, client.data)
    log('server', server.events)
  })
})

scenario('end of file closes', '', function* (log) {
  yield* using(pair(), function* ([client, server]) {
    client.transport.writeEof()
    yield* aio.gather(client.lost, server.lost)
    log('client', client.events)
    log('server', server.events)
  })
})

scenario('abort', '', function* (log) {
  yield* using(pair(), function* ([client, server]) {
    client.transport.write('x'.repeat(5_000_000))
    client.transport.abort()
    log(client.transport.isClosing())
    yield* client.lost
    yield* server.lost
    log(
      'client',
      client.events.filter((event) => event !== 'pause'),
    )
    log('server', server.events.at(-1)!.split(' ')[0])
  })
})

scenario('an error in a protocol ends its connection', '', function* (log) {
  for (const event of ['data', 'eof']) {
    const both = new Pair(keeps, () => new Keeps({ failsAt: event }))
    yield* using(both, function* ([client, server]) {
      client.transport.write('data')
      yield* server.until(() => server.data.length > 0 || server.events.includes('eof'))
      client.transport.close()
      yield* aio.gather(client.lost, server.lost)
      log('server', server.events)
    })
  }
})

scenario('a full buffer pauses the protocol, an empty one resumes it', '', function* (log) {
  yield* using(pair(), function* ([client, server]) {
    client.transport.setWriteBufferLimits({ high: 100_000, low: 1000 })
    log(client.transport.getWriteBufferLimits())
    server.transport.pauseReading()
    log(server.transport.isReading())
    client.transport.write(Buffer.alloc(20_000_000, 'x'))
    log(client.events, client.transport.getWriteBufferSize() > 100_000)
    server.transport.resumeReading()
    log(server.transport.isReading())
    yield* client.until(() => client.events.includes('resume'))
    log(client.events, client.transport.getWriteBufferSize() <= 1000)
    yield* server.until(() => server.data.length === 20_000_000)
    log(client.transport.getWriteBufferSize())
  })
})

scenario('write limits', '', function* (log) {
  yield* using(pair(), function* ([{ transport }]) {
    log(transport.getWriteBufferLimits())
    transport.setWriteBufferLimits({ high: 1024, low: 128 })
    log(transport.getWriteBufferLimits())
    transport.setWriteBufferLimits({ low: 100 })
    log(transport.getWriteBufferLimits())
    transport.setWriteBufferLimits({ high: 0 })
    log(transport.getWriteBufferLimits())
    for (const [high, low] of [
      [0, 1],
      [1, -1],
    ]) {
      try {
        transport.setWriteBufferLimits({ high, low })
      } catch (error) {
        log(error)
      }
    }
  })
})

scenario('nothing is received while reading is paused', '', function* (log) {
  yield* using(pair(), function* ([client, server]) {
    server.transport.pauseReading()
    server.transport.pauseReading()
    client.transport.write('later')
    yield* aio.sleep(0.05)
    log(server.data, server.transport.isReading())
    server.transport.resumeReading()
    server.transport.resumeReading()
    yield* server.until(() => server.data.length === 5)
    log(server.data, server.transport.isReading())
    client.transport.close()
    yield* aio.gather(client.lost, server.lost)
    log(server.transport.isReading())
  })
})

scenario('wrong writes', '', function* (log) {
  const both = new Pair(keeps, () => new Keeps({ keepOpen: true }))
  yield* using(both, function* ([client, server]) {
    try {
      client.transport.write(5 as never)
    } catch (error) {
      log(error)
    }
    client.transport.write('')
    client.transport.writeEof()
    client.transport.writeEof()
    try {
      client.transport.write('more')
    } catch (error) {
      log(error)
    }
    server.transport.close()
    server.transport.write('to nobody')
    yield* aio.gather(client.lost, server.lost)
    log(client.events, client.data)
  })
})

class Buffered extends aio.BufferedProtocol {
  readonly events: string[] = []
  data = ''
  readonly lost = aio.getRunningLoop().createFuture()
  private readonly buffer = Buffer.alloc(3)

  override connectionMade(): void {
    this.events.push('made')
  }

  override getBuffer(): Uint8Array {
    return this.buffer
  }

  override bufferUpdated(count: number): void {
    this.data += this.buffer.toString('utf8', 0, count)
  }

  override eofReceived(): void {
    this.events.push('eof')
  }

  override connectionLost(error: unknown): void {
    this.events.push(`lost ${kind(error)}`)
    this.lost.setResult()
  }
}

scenario('a protocol with its own buffer', '', function* (log) {
  const both = new Pair(keeps, () => new Buffered())
  yield* using(both, function* ([client, server]) {
    client.transport.write('abcdefgh')
    client.transport.writeEof()
    yield* server.lost
    log(server.events, Buffer.from(server.data))
  })
})

scenario('the protocol is changed', '', function* (log) {
  yield* using(pair(), function* ([client, server]) {
    const second = keeps()
    second.events.push('made')
    log(server.transport.getProtocol() === server)
    server.transport.setProtocol(second)
    log(server.transport.getProtocol() === second)
    client.transport.write('to the second')
    client.transport.close()
    yield* second.lost
    log(server.events, second.events, second.data)
  })
})

scenario('what a transport knows of its connection', '', function* (log) {
  yield* using(pair(), function* ([client, server]) {
    const info = (of: Keeps, name: string): aio.Address => of.transport.getExtraInfo(name) as aio.Address
    const [mine, other] = [info(client, 'sockname'), info(client, 'peername')]
    log(mine[0], other[0], mine[1] === info(server, 'peername')[1])
    log(other[1] === info(server, 'sockname')[1])
    log(client.transport.getExtraInfo('socket') === undefined, client.transport.getExtraInfo('nothing', 'otherwise'))
  })
})

scenario('a connection that is refused', '', function* (log) {
  const loop = aio.getRunningLoop()
  const server = yield* loop.createServer(keeps, HOST, 0)
  const port = portOf(server)
  server.close()
  yield* server.waitClosed()
  try {
    yield* loop.createConnection(keeps, HOST, port)
  } catch (error) {
    log(kind(error))
  }
  try {
    yield* loop.createConnection(keeps)
  } catch (error) {
    if (error instanceof aio.ValueError) log('ValueError')
  }
})

scenario('an address that is taken', '', function* (log) {
  const loop = aio.getRunningLoop()
  const server = yield* loop.createServer(keeps, HOST, 0)
  try {
    yield* loop.createServer(keeps, HOST, portOf(server))
  } catch (error) {
    if (code(error) === 'EADDRINUSE') log('taken')
  }
  log(server.isServing())
  server.close()
  log(server.isServing())
  server.close()
})

scenario('a server waits for its connections', '', function* (log) {
  yield* using(pair(), function* ([client, server]) {
    const listening = last
    const closing = aio.createTask(listening.waitClosed())
    yield* aio.sleep(0.02)
    log('open', closing.done())
    listening.close()
    yield* aio.sleep(0.02)
    log('closed', closing.done(), listening.sockets.length, listening.isServing())
    client.transport.close()
    yield* closing
    log(server.events)
  })
})

scenario('a server closes its connections', '', function* (log) {
  yield* using(pair(), function* ([client, server]) {
    last.close()
    last.closeClients()
    yield* last.waitClosed()
    yield* client.lost
    log(client.events, server.events)
  })
})

scenario('a server aborts its connections', '', function* (log) {
  yield* using(pair(), function* ([client, server]) {
    server.transport.write(Buffer.alloc(20_000_000, 'x'))
    client.transport.pauseReading()
    last.close()
    last.abortClients()
    yield* last.waitClosed()
    log(server.events)
  })
})

scenario('serve_forever', '', function* (log) {
  const loop = aio.getRunningLoop()
  const server = yield* loop.createServer(keeps, HOST, 0, { startServing: false })
  log(server.isServing())
  const serving = aio.createTask(server.serveForever())
  yield* aio.sleep(0.02)
  log(server.isServing())
  try {
    yield* server.serveForever()
  } catch (error) {
    if (error instanceof aio.RuntimeError) log('already')
  }
  serving.cancel()
  try {
    yield* serving
  } catch (error) {
    if (error instanceof aio.CancelledError) log('cancelled', server.isServing())
  }
  try {
    yield* server.serveForever()
  } catch (error) {
    if (error instanceof aio.RuntimeError) log('closed')
  }
})

scenario('closing a server ends serve_forever', '', function* (log) {
  const server = yield* aio.getRunningLoop().createServer(keeps, HOST, 0)
  const serving = aio.createTask(server.serveForever())
  yield* aio.sleep(0.02)
  server.close()
  try {
    yield* serving
  } catch (error) {
    if (error instanceof aio.CancelledError) log('cancelled')
  }
})

scenario('Unix sockets', '', function* (log) {
  const loop = aio.getRunningLoop()
  const path = join(mkdtempSync(join(tmpdir(), 'loopscope-')), 'socket')
  const server = yield* loop.createUnixServer(() => new Keeps({ answer: upperCase }), path)
  const [, client] = yield* loop.createUnixConnection(keeps, path)
  client.transport.write('over unix')
  yield* client.until(() => client.data.length === 9)
  client.transport.close()
  yield* client.lost
  server.close()
  yield* server.waitClosed()
  log(client.events, client.data, existsSync(path))
  try {
    yield* loop.createUnixConnection(keeps, path)
  } catch (error) {
    if (code(error) !== '') log('gone')
  }
})

function* upper(reader: StreamReader, writer: StreamWriter): Coroutine<void> {
  for (let line; (line = yield* reader.readline()).length > 0;) {
    writer.write(upperCase(line))
    yield* writer.drain()
  }
  writer.close()
  yield* writer.waitClosed()
}

scenario('streams', '', function* (log) {
  yield* using(serving(upper), function* (server) {
    const [reader, writer] = yield* aio.openConnection(HOST, portOf(server))
    writer.write('one\n')
    log(yield* reader.readline())
    writer.writelines(['two\n', 'three'])
    log(writer.canWriteEof(), writer.isClosing(), (writer.getExtraInfo('peername') as aio.Address)[0])
    writer.writeEof()
    log(yield* reader.read())
    writer.close()
    yield* writer.waitClosed()
    log(writer.isClosing(), reader.atEof())
  })
})

scenario('a writer after the end', '', function* (log) {
  const hangsUp = (_reader: StreamReader, writer: StreamWriter): void => writer.close()
  yield* using(serving(hangsUp), function* (server) {
    const [reader, writer] = yield* aio.openConnection(HOST, portOf(server))
    log(yield* reader.read())
    writer.close()
    yield* writer.waitClosed()
    try {
      writer.write('data')
      yield* writer.drain()
    } catch (error) {
      log(error)
    }
  })
})

scenario('data that is not read does not keep a stream from closing', '', function* (log) {
  function* talks(_reader: StreamReader, writer: StreamWriter): Coroutine<void> {
    writer.write('line one\nline two\n')
    yield* writer.drain()
    writer.close()
  }
  yield* using(serving(talks), function* (server) {
    const [reader, writer] = yield* aio.openConnection(HOST, portOf(server))
    log(yield* reader.readline())
    writer.close()
    yield* writer.waitClosed()
    log(writer.isClosing())
  })
})

scenario('a handler that fails, and one that is cancelled', '', function* (log) {
  function* fails(): Coroutine<void> {
    throw new Boom('in the handler')
  }
  function* cancelled(): Coroutine<void> {
    aio.currentTask()!.cancel()
    yield* aio.sleep(1)
  }
  for (const handler of [fails, cancelled])
    yield* using(serving(handler), function* (server) {
      const [reader, writer] = yield* aio.openConnection(HOST, portOf(server))
      log(yield* reader.read())
      writer.close()
    })
})

scenario('a reader that does not read holds its sender back', '', function* (log) {
  function* neverReads(): Coroutine<void> {
    yield* aio.sleep(10)
  }
  yield* using(serving(neverReads), function* (server) {
    const [, writer] = yield* aio.openConnection(HOST, portOf(server))
    try {
      yield* aio.timeout(0.3, function* () {
        for (;;) {
          writer.write(Buffer.alloc(65536, 'x'))
          yield* writer.drain()
        }
      })
    } catch (error) {
      if (error instanceof aio.TimeoutError) log('held back')
    }
    writer.transport.abort()
    server.closeClients()
    for (const task of aio.allTasks()) if (task !== aio.currentTask()) task.cancel()
  })
})

class Datagrams extends aio.DatagramProtocol {
  readonly events: string[] = []
  readonly received = new aio.Queue<Buffer | string>()
  readonly lost = aio.getRunningLoop().createFuture()
  private transport!: aio.DatagramTransport

  constructor(private readonly answers = false) {
    super()
  }

  override connectionMade(transport: aio.BaseTransport): void {
    this.transport = transport as aio.DatagramTransport
    this.events.push('made')
  }

  override datagramReceived(data: Buffer, address: aio.Address): void {
    this.received.putNowait(data)
    if (this.answers) this.transport.sendto(upperCase(data), address)
  }

  override errorReceived(error: unknown): void {
    this.received.putNowait(kind(error))
  }

  override connectionLost(error: unknown): void {
    this.events.push(`lost ${kind(error)}`)
    this.lost.setResult()
  }
}

scenario('datagrams', '', function* (log) {
  const loop = aio.getRunningLoop()
  const [server, serves] = yield* loop.createDatagramEndpoint(() => new Datagrams(true), { localAddr: [HOST, 0] })
  const [, port] = server.getExtraInfo('sockname') as aio.Address
  const [client, asks] = yield* loop.createDatagramEndpoint(() => new Datagrams(), { remoteAddr: [HOST, port] })
  client.sendto('one')
  log(yield* asks.received.get())
  client.sendto('two', [HOST, port])
  log(yield* asks.received.get(), client.getWriteBufferSize())
  try {
    client.sendto('x', [HOST, port + 1])
  } catch (error) {
    if (error instanceof aio.ValueError) log('ValueError')
  }
  client.close()
  server.abort()
  log(client.isClosing(), server.isClosing())
  yield* aio.gather(asks.lost, serves.lost)
  log(asks.events, serves.events)
})

scenario('a datagram that nobody takes', '', function* (log) {
  const loop = aio.getRunningLoop()
  const [gone] = yield* loop.createDatagramEndpoint(() => new Datagrams(), { localAddr: [HOST, 0] })
  const [, port] = gone.getExtraInfo('sockname') as aio.Address
  gone.close()
  yield* aio.sleep(0.02)
  const [client, asks] = yield* loop.createDatagramEndpoint(() => new Datagrams(), { remoteAddr: [HOST, port] })
  client.sendto('is there anybody')
  log(yield* asks.received.get())
  client.close()
  yield* asks.lost
})

scenario('a process as a transport', '', function* (log) {
  const loop = aio.getRunningLoop()
  const args = ['-c', 'cat; echo done >&2; exit 3']
  const [transport, child] = yield* loop.subprocessExec(() => new Child(), 'sh', args)
  log(transport.getPid() > 0, transport.getReturncode(), transport.getPipeTransport(3))
  const stdin = transport.getPipeTransport(0) as aio.WriteTransport
  stdin.write('in and ')
  stdin.write('out')
  stdin.close()
  yield* child.over
  log(child.data[1], child.data[2], transport.getReturncode(), transport.isClosing())
  log(child.events[0], child.events.slice(1, -1).sort(), child.events.at(-1)!)
})

scenario('a process is killed', '', function* (log) {
  const loop = aio.getRunningLoop()
  let transport: aio.SubprocessTransport
  for (const end of ['kill', 'terminate', 'close'] as const) {
    let child: Child
    ;[transport, child] = yield* loop.subprocessExec(() => new Child(), 'sleep', ['60'])
    transport[end]()
    yield* child.over
    log(end, transport.getReturncode())
  }
  try {
    transport!.kill()
  } catch (error) {
    if (error instanceof aio.ProcessLookupError) log('gone')
  }
})

scenario('communicate', '', function* (log) {
  const { PIPE, DEVNULL, STDOUT } = aio
  let cat = yield* aio.createSubprocessExec('cat', [], { stdin: PIPE, stdout: PIPE })
  log(yield* cat.communicate('some data'), cat.returncode)
  cat = yield* aio.createSubprocessExec('cat', [], { stdin: PIPE, stdout: PIPE })
  log(yield* cat.communicate(''), cat.returncode)
  cat = yield* aio.createSubprocessExec('cat', [], { stdin: PIPE, stdout: PIPE })
  log(yield* cat.communicate(), cat.returncode)
  cat = yield* aio.createSubprocessExec('cat', [], { stdin: DEVNULL, stdout: PIPE })
  log(yield* cat.communicate(), cat.stdin)
  let shell = yield* aio.createSubprocessShell('echo out; echo err >&2; exit 7', { stdout: PIPE, stderr: STDOUT })
  log(yield* shell.communicate(), shell.returncode, shell.stderr)
  shell = yield* aio.createSubprocessShell('echo out; echo err >&2', { stdout: DEVNULL, stderr: PIPE })
  log(yield* shell.communicate(), shell.returncode)
})

scenario('a program that does not read its input', '', function* (log) {
  const large = Buffer.alloc(5_000_000, 'x')
  let deaf = yield* aio.createSubprocessExec('sleep', ['0.05'], { stdin: aio.PIPE })
  log(yield* deaf.communicate(large), deaf.returncode)
  deaf = yield* aio.createSubprocessExec('sleep', ['0.05'], { stdin: aio.PIPE })
  deaf.stdin!.write(large)
  try {
    yield* deaf.stdin!.drain()
  } catch (error) {
    if (kind(error) === 'reset') log('broken')
  }
  log(yield* deaf.wait())
})

scenario('waiting for a process', '', function* (log) {
  const sleeps = yield* aio.createSubprocessExec('sleep', ['60'])
  const waits = [1, 2, 3].map(() => aio.createTask(sleeps.wait()))
  yield* aio.sleep(0.02)
  waits[0].cancel()
  yield* aio.sleep(0)
  log(waits[0].cancelled(), sleeps.returncode)
  sleeps.kill()
  log(yield* aio.gather(...waits.slice(1)), yield* sleeps.wait())
  const speaks = yield* aio.createSubprocessExec('echo', ['last words'], { stdout: aio.PIPE })
  yield* speaks.wait()
  log(yield* speaks.stdout!.read())
  try {
    yield* aio.createSubprocessExec('/no/such/program')
  } catch (error) {
    if (code(error) === 'ENOENT') log('no such program')
  }
})

scenario('bare sockets', '', function* (log) {
  const loop = aio.getRunningLoop()
  const [server, address] = yield* listening()
  const client = unconnected()
  const accepting = aio.createTask(loop.sockAccept(server))
  yield* loop.sockConnect(client, address)
  const [peer, source] = yield* accepting
  log(source[0])
  const reading = aio.createTask(loop.sockRecv(peer, 100))
  yield* aio.sleep(0.01)
  yield* loop.sockSendall(client, 'hello')
  log(yield* reading)
  yield* loop.sockSendall(client, 'abcdef')
  const part = Buffer.alloc(4)
  log(yield* loop.sockRecvInto(peer, part), part, yield* loop.sockRecv(peer, 10))
  const sending = aio.createTask(loop.sockSendall(peer, Buffer.alloc(3_000_000, 'x')))
  let total = 0
  while (total < 3_000_000) total += (yield* loop.sockRecv(client, 65536)).length
  yield* sending
  log(total)
  client.destroy()
  log(yield* loop.sockRecv(peer, 10))
  peer.destroy()
  server.close()
})

scenario('a bare socket that is refused, and a wait that is cancelled', '', function* (log) {
  const loop = aio.getRunningLoop()
  const [server, address] = yield* listening()
  const accepting = aio.createTask(loop.sockAccept(server))
  yield* aio.sleep(0.01)
  accepting.cancel()
  try {
    yield* accepting
  } catch (error) {
    if (error instanceof aio.CancelledError) log('cancelled')
  }
  server.close()
  yield* aio.sleep(0.02)
  const client = unconnected()
  try {
    yield* loop.sockConnect(client, address)
  } catch (error) {
    log(kind(error))
  }
  client.destroy()
})

function* bound(): Coroutine<DatagramSocket> {
  const socket = createSocket('udp4')
  yield* aio.fromPromise(new Promise<void>((resolve) => socket.bind(0, HOST, resolve)))
  return socket
}

scenario('bare datagrams', '', function* (log) {
  const loop = aio.getRunningLoop()
  const [a, b] = [yield* bound(), yield* bound()]
  const receiving = aio.createTask(loop.sockRecvfrom(b, 3))
  yield* aio.sleep(0.01)
  log(yield* loop.sockSendto(a, 'datagram', [HOST, b.address().port]))
  const [data, source] = yield* receiving
  log(data, source[0], source[1] === a.address().port)
  a.close()
  b.close()
})

scenario('sendfile', '', function* (log) {
  const loop = aio.getRunningLoop()
  yield* using(pair(), function* ([client, server]) {
    const file = yield* aFile('0123456789'.repeat(100_000))
    client.transport.write('before ')
    log(yield* loop.sendfile(client.transport, file))
    log(yield* loop.sendfile(client.transport, file, { offset: 5, count: 10 }))
    client.transport.write(' after')
    client.transport.close()
    yield* server.lost
    log(server.data.length - 1_000_000, server.data.subarray(0, 9), server.data.subarray(-16))
    try {
      yield* loop.sendfile(client.transport, file)
    } catch (error) {
      log(error)
    }
    yield* aio.fromPromise(file.close())
  })
  const [listener, address] = yield* listening()
  const accepting = aio.createTask(loop.sockAccept(listener))
  const sock = unconnected()
  yield* loop.sockConnect(sock, address)
  const [peer] = yield* accepting
  const [file, empty] = [yield* aFile('small file'), yield* aFile('')]
  log(yield* loop.sockSendfile(sock, file, { offset: 2, count: 5 }), yield* loop.sockRecv(peer, 100))
  log(yield* loop.sockSendfile(sock, empty))
  for (const each of [file, empty]) yield* aio.fromPromise(each.close())
  for (const each of [sock, peer]) each.destroy()
  listener.close()
})

scenario('callbacks while something can be read', '', function* (log) {
  const loop = aio.getRunningLoop()
  const [server, address] = yield* listening()
  const accepting = aio.createTask(loop.sockAccept(server))
  const sock = unconnected()
  yield* loop.sockConnect(sock, address)
  const [peer] = yield* accepting
  const seen = new aio.Queue<Buffer>()
  loop.addReader(peer, () => {
    const data = peer.read(Math.min(3, peer.readableLength) || undefined) as Buffer | null
    seen.putNowait(data ?? Buffer.alloc(0))
  })
  yield* loop.sockSendall(sock, 'abcdef')
  log(yield* seen.get(), yield* seen.get())
  sock.destroy()
  log(yield* seen.get())
  log(loop.removeReader(peer), loop.removeReader(peer))
  const writable = new aio.Event()
  loop.addWriter(peer, () => writable.set())
  yield* writable.wait()
  log(loop.removeWriter(peer), loop.removeWriter(peer))
  peer.destroy()
  server.close()
})

scenario('TLS', '', function* (log) {
  const options = { server: { ssl: certified }, client: { ssl: trusting, serverHostname: 'localhost' } }
  const both = new Pair(keeps, () => new Keeps({ answer: upperCase }), options)
  yield* using(both, function* ([client, server]) {
    log(client.transport.canWriteEof(), client.transport.getExtraInfo('cipher') !== undefined)
    log(client.transport.getExtraInfo('peercert') !== undefined)
    client.transport.write('secret '.repeat(1000))
    yield* client.until(() => client.data.length === 7000)
    client.transport.close()
    yield* aio.gather(client.lost, server.lost)
    // Whether the one who closes hears of the other's end as well depends on who is faster.
    log(
      'client',
      client.events.filter((event) => event !== 'eof'),
      client.data.subarray(0, 7),
    )
    log('server', server.events, server.data.length)
  })
})

scenario('a certificate that is not trusted', '', function* (log) {
  const loop = aio.getRunningLoop()
  const server = yield* loop.createServer(keeps, HOST, 0, { ssl: certified })
  for (const [ssl, serverHostname] of [[{}, 'localhost'] as const, [trusting, 'elsewhere.test'] as const]) {
    try {
      yield* loop.createConnection(keeps, HOST, portOf(server), { ssl, serverHostname })
    } catch (error) {
      if (/CERT|ALTNAME/.test(code(error))) log('refused', serverHostname)
    }
  }
  server.close()
  yield* server.waitClosed()
})

scenario('streams over TLS', '', function* (log) {
  yield* using(serving(upper, { ssl: certified }), function* (server) {
    const [reader, writer] = yield* aio.openConnection('localhost', portOf(server), { ssl: trusting, family: 4 })
    writer.write('over tls\n')
    log(yield* reader.readline())
    writer.close()
    yield* writer.waitClosed()
  })
})

scenario('TLS begins on an open connection', '', function* (log) {
  function* serves(reader: StreamReader, writer: StreamWriter): Coroutine<void> {
    log('plain', yield* reader.readline())
    writer.write('go\n')
    yield* writer.startTls(certified)
    log('secret', yield* reader.readline())
    writer.write('bye\n')
    yield* writer.drain()
    writer.close()
  }
  yield* using(serving(serves), function* (server) {
    const [reader, writer] = yield* aio.openConnection(HOST, portOf(server))
    writer.write('start\n')
    log(yield* reader.readline())
    yield* writer.startTls(trusting, { serverHostname: 'localhost' })
    writer.write('hidden\n')
    log(yield* reader.readline(), yield* reader.read())
    log(writer.getExtraInfo('cipher') !== undefined)
    writer.close()
    yield* writer.waitClosed()
  })
})

scenario('a handshake that does not come', '', function* (log) {
  const loop = aio.getRunningLoop()
  const server = yield* loop.createServer(() => new Keeps({ keepOpen: true }), HOST, 0)
  const options = { ssl: trusting, serverHostname: 'localhost' }
  try {
    yield* loop.createConnection(keeps, HOST, portOf(server), { ...options, sslHandshakeTimeout: 0.1 })
  } catch (error) {
    if (error instanceof aio.ConnectionAbortedError) log('late')
  }
  for (const sslHandshakeTimeout of [0, -1]) {
    try {
      yield* loop.createConnection(keeps, HOST, portOf(server), { ...options, sslHandshakeTimeout })
    } catch (error) {
      if (error instanceof aio.ValueError) log('ValueError')
    }
  }
  server.close()
  server.closeClients()
  yield* server.waitClosed()
})
