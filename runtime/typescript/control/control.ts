// The control channel of this process: starts its thread, and does what that passes on.
import { rmSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads'
import { turningLoop } from '../events.ts'
import { answer, type Recorded } from './answers.ts'
import type { About } from './entry.ts'
import { threadProgram, type FromThread, type ThreadData, type ToThread } from './thread.ts'

/** By this name the channel's thread finds what it calls in the middle of a step. */
const ATTEND = 'loopscope.attend'

export interface Control {
  /** Another trace is written, or none. */
  traceChanged(path: string | null): void
  close(): void
}

/** Opens the channel, unless LOOPSCOPE_CONTROL or the system has none. `undefined`: there is none. */
export function openControl(recorded: Recorded, about: About, trace: string): Control | undefined {
  const setting = process.env['LOOPSCOPE_CONTROL'] ?? ''
  if (setting === '0' || process.platform === 'win32') return undefined
  const { port1: port, port2 } = new MessageChannel()
  const withdrawn = new Int32Array(new SharedArrayBuffer(4))
  const data: ThreadData = {
    port: port2,
    withdrawn,
    setting,
    folders: isAbsolute(setting) ? [setting] : folders(),
    about,
    trace,
    attend: `globalThis[Symbol.for('${ATTEND}')]?.()`,
  }
  let files: readonly string[] = []
  /** What follows from a request once its answer is on its way. */
  const pending = new Map<number, () => void>()
  const post = (message: ToThread): void => port.postMessage(message)
  const receive = (message: FromThread, inside: boolean): void => {
    if (message.kind === 'open') files = message.files
    else if (message.kind === 'closed') {
      // Whoever chose a place is told that it cannot be used.
      if (setting !== '' && setting !== '1')
        process.stderr.write(`loopscope: there is no control channel: ${message.problem}\n`)
    } else if (message.kind === 'sent') {
      pending.get(message.id)?.()
      pending.delete(message.id)
    } else if (message.id > Atomics.load(withdrawn, 0)) {
      const { id, request } = message
      const afterwards = (deed: () => void): void => void pending.set(id, deed)
      post({ kind: 'answer', id, answer: answer({ recorded, request, inside, afterwards }) })
    }
  }
  port.on('message', (message: FromThread) => receive(message, false))
  const attend = (): 'done' | 'later' => {
    if (recorded.recorder()?.isInProgram(attend) === false) return 'later'
    const inside = turningLoop() !== undefined
    drain(port, (message) => receive(message, inside))
    return 'done'
  }
  // For the thread alone: no listing of the program's globals shows it.
  Object.defineProperty(globalThis, Symbol.for(ATTEND), { value: attend, configurable: true })

  const thread = new Worker(threadProgram(), {
    eval: true,
    name: 'loopscope',
    execArgv: [],
    workerData: data,
    transferList: [port2],
    resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2 },
  })
  const forget = (): void => {
    Reflect.deleteProperty(globalThis, Symbol.for(ATTEND))
    drain(port, (message) => message.kind === 'open' && receive(message, false))
    for (const file of files) rmSync(file, { force: true })
    port.close()
  }
  thread.on('error', () => {})
  // Neither keeps the program alive.
  port.unref()
  thread.unref()
  return {
    traceChanged: (path) => post({ kind: 'trace', trace: path }),
    close() {
      void thread.terminate()
      forget()
    },
  }
}

function drain(port: MessagePort, receive: (message: FromThread) => void): void {
  for (let next; (next = receiveMessageOnPort(port)) !== undefined;) receive(next.message as FromThread)
}

/** Where entries may be, best first. */
function folders(): string[] {
  const { XDG_RUNTIME_DIR: session = '', TMPDIR: temporary = '' } = process.env
  const own = `loopscope-${process.getuid!()}`
  const found = [join(session, 'loopscope'), join(temporary, own), join('/tmp', own)]
  return [...new Set(found)].filter(isAbsolute)
}
