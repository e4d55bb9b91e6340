import { mkdtempSync, existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  createTask,
  gather,
  openConnection,
  openUnixConnection,
  run,
  sleep,
  startServer,
  startUnixServer,
  timeout,
  TimeoutError,
  type Coroutine,
  type Server,
  type StreamReader,
  type StreamWriter,
} from '../../runtime/typescript/index.ts'

const portOf = (server: Server): number => (server.address() as AddressInfo).port

function* echo(reader: StreamReader, writer: StreamWriter): Coroutine<void> {
  for (let line; (line = yield* reader.readline()).length > 0;) {
    writer.write(line)
    yield* writer.drain()
  }
  writer.close()
}

describe('streams', () => {
  it('a server echoes lines to many clients', async () => {
    function* client(port: number, n: number): Coroutine<string> {
      const [reader, writer] = yield* openConnection('127.0.0.1', port)
      writer.write(`hello ${n}\n`)
      writer.write('bye\n')
      writer.writeEof()
      const answer = yield* reader.read()
      writer.close()
      yield* writer.waitClosed()
      return answer.toString()
    }
    function* main(): Coroutine<string[]> {
      const server = yield* startServer(echo, '127.0.0.1', 0)
      expect(server.isServing()).toBe(true)
      const clients = [1, 2, 3, 4, 5].map((n) => client(portOf(server), n))
      const answers = yield* gather(...clients)
      server.close()
      yield* server.waitClosed()
      expect(server.isServing()).toBe(false)
      return answers
    }
    expect(await run(main())).toEqual([1, 2, 3, 4, 5].map((n) => `hello ${n}\nbye\n`))
  })

  it('works over a Unix socket, whose file goes with the server', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'loopscope-')), 'socket')
    function* main(): Coroutine<string> {
      const server = yield* startUnixServer(echo, path)
      const [reader, writer] = yield* openUnixConnection(path)
      writer.write('over unix\n')
      const line = yield* reader.readline()
      writer.close()
      server.close()
      yield* server.waitClosed()
      return line.toString()
    }
    expect(await run(main())).toBe('over unix\n')
    expect(existsSync(path)).toBe(false)
  })

  it('holds a sender back whose reader does not read', async () => {
    const chunk = Buffer.alloc(2 ** 16)
    function* never(): Coroutine<void> {
      yield* sleep(1000)
    }
    function* main(): Coroutine<string> {
      const server = yield* startServer(never, '127.0.0.1', 0)
      const [, writer] = yield* openConnection('127.0.0.1', portOf(server))
      let sent = 0
      try {
        yield* timeout(0.3, function* () {
          for (;;) {
            writer.write(chunk)
            yield* writer.drain()
            sent += chunk.length
          }
        })
      } catch (error) {
        if (!(error instanceof TimeoutError)) throw error
      }
      writer.transport.abort()
      server.close()
      return sent < 2 ** 25 ? 'held back' : `sent ${sent}`
    }
    expect(await run(main())).toBe('held back')
  })

  it('a connection that is refused throws, one that is cancelled ends', async () => {
    function* main(): Coroutine<unknown> {
      const server = yield* startServer(echo, '127.0.0.1', 0)
      const port = portOf(server)
      server.close()
      yield* server.waitClosed()
      const cancelled = createTask(openConnection('127.0.0.1', port))
      yield* sleep(0)
      cancelled.cancel()
      try {
        yield* openConnection('127.0.0.1', port)
      } catch (error) {
        return [(error as NodeJS.ErrnoException).code, cancelled.cancelled()]
      }
      return undefined
    }
    expect(await run(main())).toEqual(['ECONNREFUSED', true])
  })
})
