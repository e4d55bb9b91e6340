// An echo server, and a client that loads it. `node echo.mjs ours|net`, `node echo.mjs load PORT CONNECTIONS ROUNDS`; see ../echo.mjs.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import * as aio from '../../../runtime/typescript/index.ts'

const MESSAGE = Buffer.alloc(64, 'x')

function* echo(reader: aio.StreamReader, writer: aio.StreamWriter): aio.Coroutine<void> {
  for (let data; (data = yield* reader.read(4096)).length > 0;) {
    writer.write(data)
    yield* writer.drain()
  }
  writer.close()
}

/** The server under test on @loopscope/asyncio's streams. */
function* ours(): aio.Coroutine<void> {
  const server = yield* aio.startServer(echo, '127.0.0.1', 0, { backlog: 10_000 })
  console.log((server.address() as AddressInfo).port)
  yield* server.serveForever()
}

/** What one writes with `net` and promises: each read awaited, each write drained. */
async function plain(socket: Socket): Promise<void> {
  for await (const data of socket) if (!socket.write(data as Buffer)) await once(socket, 'drain')
  socket.end()
}

/** Prints the CPU seconds of this process for each line that it is sent. */
function tellCpuTime(): void {
  createInterface(process.stdin).on('line', () => {
    const { user, system } = process.cpuUsage()
    console.log((user + system) / 1e6)
  })
}

/** Opens connections and says `ready`; on a line of input sends `rounds` messages over each, one after another, and says `done`. */
async function load(port: number, connections: number, rounds: number): Promise<void> {
  const sockets: Socket[] = []
  for (let i = 0; i < connections; i++) {
    const socket = connect(port, '127.0.0.1').setNoDelay(true)
    await once(socket, 'connect')
    sockets.push(socket)
  }
  const talk = (socket: Socket): Promise<void> =>
    new Promise((resolve, reject) => {
      let left = rounds
      let missing = 0
      const send = (): void => {
        if (left-- === 0) return resolve()
        missing = MESSAGE.length
        socket.write(MESSAGE)
      }
      socket.on('error', reject)
      socket.on('data', (data) => {
        missing -= data.length
        if (missing === 0) send()
      })
      send()
    })
  const lines = createInterface(process.stdin)
  console.log('ready')
  await once(lines, 'line')
  await Promise.all(sockets.map(talk))
  console.log('done')
  lines.close()
  for (const socket of sockets) socket.destroy()
}

const [role, ...numbers] = process.argv.slice(2)
if (role !== 'load') tellCpuTime()
if (role === 'ours') await aio.run(ours())
else if (role === 'net') {
  const server = createServer((socket) => void plain(socket).catch(() => socket.destroy()))
  server.listen({ host: '127.0.0.1', port: 0, backlog: 10_000 }, () =>
    console.log((server.address() as AddressInfo).port),
  )
} else await load(Number(numbers[0]), Number(numbers[1]), Number(numbers[2]))
