import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { isStopped, lifeOf, lifeSoon, type Entry } from './entry.ts'
import { LiveError, refusals, type Answer, type Refusal, type Request } from './requests.ts'

/** How long a process may take to answer: its helper looks every 25 ms, unless something keeps the GIL. */
export const TIMEOUT_MS = 5000
const MAX_ANSWER_BYTES = 1 << 20

/** Asks a process once. Throws LiveError where it refuses, or does not answer. */
export async function ask(entry: Entry, request: Request, timeoutMs = TIMEOUT_MS): Promise<Answer> {
  const socket = entry.socket !== null ? connect(entry.socket) : connect(entry.tcp!)
  const timer = setTimeout(() => socket.destroy(new LiveError('no-answer', entry.pid, '')), timeoutMs)
  try {
    await connected(socket, entry)
    socket.write(`${JSON.stringify({ ...request, token: entry.token })}\n`)
    return understood(entry, await firstLine(socket))
  } catch (error) {
    if (error instanceof LiveError && error.code !== 'no-answer') throw error
    throw await explained(entry, error, timeoutMs)
  } finally {
    clearTimeout(timer)
    socket.destroy()
  }
}

async function connected(socket: Socket, entry: Entry): Promise<void> {
  try {
    await once(socket, 'connect')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ECONNREFUSED' && code !== 'ENOENT') throw error
    throw new LiveError('not-listening', entry.pid, `Process ${entry.pid} no longer listens: its recording has ended.`)
  }
}

/** The first line that comes; `undefined` where the connection ends before. */
async function firstLine(socket: Socket): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    const end = chunk.indexOf(10)
    chunks.push(end < 0 ? chunk : chunk.subarray(0, end))
    length += chunk.length
    if (end >= 0) return Buffer.concat(chunks).toString('utf8')
    if (length > MAX_ANSWER_BYTES) return ''
  }
  return undefined
}

function understood({ pid }: Entry, line: string | undefined): Answer {
  if (line === undefined) throw new Error('the connection ended')
  let answer: Record<string, unknown> = {}
  try {
    answer = (JSON.parse(line) ?? {}) as Record<string, unknown>
  } catch {
    // Told below, as any other answer that is none.
  }
  const { ok, error, message, trace, bytes, atNs } = answer
  if (ok === true && typeof trace === 'string' && typeof bytes === 'number')
    return { trace, bytes, ...(typeof atNs === 'number' ? { atNs } : {}) }
  if (ok === false && refusals.includes(error as Refusal))
    throw new LiveError(error as Refusal, pid, typeof message === 'string' ? message : (error as Refusal))
  throw new LiveError('bad-answer', pid, `What process ${pid} answered cannot be understood: is it Loopscope's?`)
}

/** Why a process did not answer, as far as the system tells. */
async function explained(entry: Entry, error: unknown, timeoutMs: number): Promise<LiveError> {
  const { pid } = entry
  const life = error instanceof LiveError ? await lifeOf(entry) : await lifeSoon(entry)
  if (life === 'gone' || life === 'reused')
    return new LiveError('died', pid, `Process ${pid} ended before it answered.`)
  if (!(error instanceof LiveError))
    return new LiveError('died', pid, `Process ${pid} closed its control channel before it answered.`)
  const why = (await isStopped(pid))
    ? 'it is stopped by a signal or a debugger'
    : 'code of its own keeps the GIL, so that no other thread runs'
  return new LiveError('no-answer', pid, `Process ${pid} did not answer within ${timeoutMs / 1000} s: ${why}.`)
}
