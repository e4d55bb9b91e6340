// The channel's sockets: who may ask, and how a line becomes an answer. Runs in the channel's thread as text: it uses nothing from outside but its parameters.
import type * as Crypto from 'node:crypto'
import type * as Fs from 'node:fs'
import type * as Net from 'node:net'

export type Answer = Record<string, unknown>
/** Does what is asked for; a refusal is an answer too. `sent` is to be called once the answer is on its way: what follows from it may end the program. */
export type Perform = (
  request: Readonly<Record<string, unknown>>,
) => Promise<{ readonly answer: Answer; readonly sent: () => void }>

/** Where it listens: a Unix socket at a path, or a network address. Resolves with what the entry says of it. */
export type Listening = Promise<{ readonly socket: string | null; readonly tcp: object | null }>
export type Where = { readonly path: string } | { readonly host: string; readonly port: number }

export function listen(require: NodeJS.Require, where: Where, token: string, perform: Perform): Listening {
  const LINE_BYTES = 16_384
  const CONNECTIONS = 16
  const UNFINISHED_MS = 30_000
  const SILENT_MS = 600_000
  const { createServer } = require('node:net') as typeof Net
  const { chmodSync } = require('node:fs') as typeof Fs
  const { createHash, timingSafeEqual } = require('node:crypto') as typeof Crypto

  let connections = 0
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  const isToken = (given: unknown): boolean =>
    typeof given === 'string' && timingSafeEqual(digest(given), digest(token))
  const refusal = (error: string, message: string): Answer => ({ ok: false, error, message })

  const serve = (socket: Net.Socket): void => {
    let came: Buffer = Buffer.alloc(0)
    let isBusy = false
    let isLast = false
    let isOver = false
    connections++
    socket.on('error', () => socket.destroy())
    socket.on('close', () => void connections--)
    const waitFor = (ms: number): void => void socket.setTimeout(ms, () => socket.destroy())

    const answer = (text: Answer, ident?: unknown, sent?: () => void): void => {
      const line = `${JSON.stringify(ident === undefined ? text : { ...text, id: ident })}\n`
      if (isLast) socket.end(line)
      else socket.write(line, sent)
    }
    const refuse = (error: string, message: string): void => {
      isLast = true
      came = Buffer.alloc(0)
      answer(refusal(error, message))
    }
    const handle = async (line: Buffer): Promise<void> => {
      let request: Record<string, unknown> | undefined
      try {
        const value: unknown = JSON.parse(line.toString('utf8'))
        if (typeof value === 'object' && value !== null && !Array.isArray(value))
          request = value as Record<string, unknown>
      } catch {
        // Told below, as any other line that is none.
      }
      if (request === undefined) return answer(refusal('bad-request', 'A request is one line with a JSON object.'))
      if (!isToken(request['token'])) return refuse('unauthenticated', 'The token is missing or wrong.')
      const ident = request['id'] ?? undefined
      const isIdent =
        ident === undefined || Number.isInteger(ident) || (typeof ident === 'string' && ident.length <= 64)
      if (!isIdent)
        return answer(refusal('bad-request', 'An id is a whole number, or a string of up to 64 characters.'))
      const done = await perform(request)
      answer(done.answer, ident, done.sent)
    }
    /** One request after the other. */
    const goOn = async (): Promise<void> => {
      if (isBusy || isLast) return
      const end = came.indexOf(10)
      if (end >= LINE_BYTES || (end < 0 && came.length >= LINE_BYTES))
        return refuse('too-large', `A request has at most ${LINE_BYTES} bytes.`)
      waitFor(end >= 0 || came.length > 0 ? UNFINISHED_MS : SILENT_MS)
      if (end < 0) return void (isOver && socket.end())
      const line = came.subarray(0, end)
      came = came.subarray(end + 1)
      isBusy = true
      socket.pause()
      await handle(line)
      isBusy = false
      socket.resume()
      await goOn()
    }

    if (connections > CONNECTIONS) return refuse('busy', 'Too many connections are open.')
    waitFor(SILENT_MS)
    socket.on('data', (more: Buffer) => {
      if (isLast) return
      came = Buffer.concat([came, more])
      void goOn()
    })
    socket.on('end', () => {
      isOver = true
      void goOn()
    })
  }

  // Who asks no more has still to get its answers.
  const server = createServer({ allowHalfOpen: true }, serve)
  return new Promise((resolve, reject) => {
    server.on('error', reject)
    server.listen({ ...where, backlog: CONNECTIONS }, () => {
      if ('path' in where) {
        chmodSync(where.path, 0o600)
        resolve({ socket: where.path, tcp: null })
      } else {
        const { port } = server.address() as Net.AddressInfo
        resolve({ socket: null, tcp: { host: where.host, port } })
      }
    })
  })
}
