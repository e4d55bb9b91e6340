// The channel's own thread. Its functions travel as text: each uses nothing from outside of itself but its parameters.
import type * as WorkerThreads from 'node:worker_threads'
import { prepareEntry, type About } from './entry.ts'
import { interrupter } from './interrupt.ts'
import { listen, type Answer, type Perform, type Where } from './sockets.ts'

/** What the thread is given. */
export interface ThreadData {
  readonly port: WorkerThreads.MessagePort
  /** The number of the last request that was given up: the program does not do it any more. */
  readonly withdrawn: Int32Array
  /** What LOOPSCOPE_CONTROL says. */
  readonly setting: string
  /** Where the entry may be, best first. */
  readonly folders: readonly string[]
  readonly about: About
  readonly trace: string | null
  /** What the program's thread evaluates to see to requests in the middle of a step. */
  readonly attend: string
}

export type FromThread =
  | { readonly kind: 'open'; readonly files: readonly string[] }
  | { readonly kind: 'closed'; readonly problem: string }
  | { readonly kind: 'request'; readonly id: number; readonly request: Readonly<Record<string, unknown>> }
  /** The answer is on its way. */
  | { readonly kind: 'sent'; readonly id: number }
export type ToThread =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Answer }
  | { readonly kind: 'trace'; readonly trace: string | null }

/** The program of the channel's thread. */
export function threadProgram(): string {
  return [
    // What TypeScript's loaders put into functions to keep their names.
    'globalThis.__name ??= (fn) => fn',
    `;(${serve.toString()})(require, ${prepareEntry.toString()}, ${listen.toString()}, ${interrupter.toString()})`,
  ].join('\n')
}

function serve(
  require: NodeJS.Require,
  prepare: typeof prepareEntry,
  listenAt: typeof listen,
  makeInterrupt: typeof interrupter,
): void {
  /** A program that has not answered for so long is in the middle of a step. */
  const BUSY_MS = 250
  const GIVES_UP_MS = 1500
  const AGAIN_MS = 20
  const threads = require('node:worker_threads') as typeof WorkerThreads
  const { port, withdrawn, setting, folders, about, trace, attend } = threads.workerData as ThreadData

  let lastId = 0
  const waiting = new Map<number, (answer: Answer) => void>()
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
  let interrupt: ReturnType<typeof makeInterrupt> | undefined
  try {
    interrupt = makeInterrupt(require)
  } catch {
    // A Node without an inspector: a program that is blocked does not answer.
  }

  const passOn: Perform = async (request) => {
    const id = ++lastId
    let answer: Answer | undefined
    const answered = new Promise<void>((resolve) => {
      waiting.set(id, (given) => {
        answer = given
        resolve()
      })
    })
    port.postMessage({ kind: 'request', id, request } satisfies FromThread)
    await Promise.race([answered, pause(BUSY_MS)])
    const until = performance.now() + GIVES_UP_MS
    while (answer === undefined && interrupt !== undefined && performance.now() < until) {
      const how = await Promise.race([answered, interrupt(attend, until - performance.now())])
      // It stopped in the recorder itself, or in the runtime: a moment later it is somewhere else.
      if (how === 'later') await Promise.race([answered, pause(AGAIN_MS)])
      else if (how === 'done') await Promise.race([answered, pause(BUSY_MS)])
    }
    waiting.delete(id)
    const sent = (): void => port.postMessage({ kind: 'sent', id } satisfies FromThread)
    if (answer !== undefined) return { answer, sent }
    Atomics.store(withdrawn, 0, id)
    const message = `The event loop of process ${about.pid} is blocked by a call that cannot be interrupted: nothing was done.`
    return { answer: { ok: false, error: 'blocked', message }, sent }
  }

  /** Requests are seen to one after the other. */
  let before: Promise<unknown> = Promise.resolve()
  const perform: Perform = (request) => {
    const done = before.then(() => passOn(request))
    before = done.catch(() => {})
    return done
  }

  const network = (): Where | undefined => {
    if (!setting.startsWith('tcp:')) return undefined
    const found = /^tcp:(?:(.*):)?(\d+)$/.exec(setting)
    if (found === null)
      throw new Error(`LOOPSCOPE_CONTROL is '${setting}': neither 0, 1, an absolute path nor tcp:PORT`)
    const host = (found[1] ?? '').replace(/^\[|\]$/g, '')
    return { host: host === '' ? '127.0.0.1' : host, port: Number(found[2]) }
  }

  const open = async (): Promise<void> => {
    let problem = 'there is no folder for it'
    for (const folder of folders) {
      try {
        const entry = prepare(require, folder, about)
        port.postMessage({ kind: 'open', files: [entry.file, entry.socket, `${entry.file}.part`] } satisfies FromThread)
        const where = await listenAt(require, network() ?? { path: entry.socket }, entry.token, perform)
        entry.write(where, trace)
        port.on('message', (message: ToThread) => {
          if (message.kind === 'answer') waiting.get(message.id)?.(message.answer)
          else entry.write(where, message.trace)
        })
        return
      } catch (error) {
        problem = error instanceof Error ? error.message : String(error)
      }
    }
    port.postMessage({ kind: 'closed', problem } satisfies FromThread)
    port.close()
  }
  void open()
}
