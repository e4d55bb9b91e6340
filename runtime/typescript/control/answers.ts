// What is done when somebody asks through the control channel, in the program's own thread.
import { isAbsolute } from 'node:path'
import type { TraceRecorder } from '../trace/recorder.ts'
import type { Answer } from './sockets.ts'

const LABEL_LENGTH = 1000

/** The recording of this process, as a client stops it and starts a further one. */
export interface Recorded {
  /** Undefined while nothing is recorded. */
  recorder(): TraceRecorder | undefined
  stop(): void
  /** Without a path, beside the last trace. Throws where the file cannot be made. */
  start(path: string | undefined): void
}

class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

type Request = Readonly<Record<string, unknown>>

/** What is asked, and where it is asked. */
export interface Asked {
  readonly recorded: Recorded
  readonly request: Request
  /** In the middle of a step, which is where the program's thread was stopped. */
  readonly inside: boolean
  /** Does something once the answer is on its way. */
  afterwards(deed: () => void): void
}

export function answer(asked: Asked): Answer {
  try {
    const name = asked.request['request']
    const deed = typeof name === 'string' && Object.hasOwn(deeds, name) ? deeds[name as keyof typeof deeds] : undefined
    if (deed === undefined) throw new Refused('bad-request', `A request is one of ${Object.keys(deeds).join(', ')}.`)
    return { ok: true, ...deed(asked) }
  } catch (error) {
    const [code, message] = error instanceof Refused ? [error.code, error.message] : ['failed', String(error)]
    return { ok: false, error: code, message }
  }
}

const deeds = {
  snapshot: ({ recorded, inside }: Asked) => recording(recorded).upToNow(inside),

  cancel({ recorded, request, inside, afterwards }: Asked) {
    const { task } = request
    const recorder = recording(recorded)
    if (!Number.isSafeInteger(task) || (task as number) <= 0)
      throw new Refused('bad-request', 'task is the number of a task in the trace.')
    const found = recorder.livingTask(task as number)
    if (found === undefined) throw new Refused('no-such-task', `No living task has the id ${String(task)}.`)
    // The program may end with it.
    afterwards(() => found._loop.callSoon(() => recorder.cancelAsAsked(found)))
    return recorder.upToNow(inside)
  },

  mark({ recorded, request, inside }: Asked) {
    const { label } = request
    const recorder = recording(recorded)
    if (typeof label !== 'string' || label === '' || label.length > LABEL_LENGTH)
      throw new Refused('bad-request', `label is a string of 1 to ${LABEL_LENGTH} characters.`)
    recorder.mark(label)
    return recorder.upToNow(inside)
  },

  stop({ recorded }: Asked) {
    const recorder = recording(recorded)
    recorded.stop()
    return recorder.whole()
  },

  start({ recorded, request, inside }: Asked) {
    const { path } = request
    if (recorded.recorder() !== undefined) throw new Refused('already-recording', 'A trace is being written already.')
    if (path !== undefined && path !== null && !(typeof path === 'string' && isAbsolute(path)))
      throw new Refused('bad-request', 'path is absolute.')
    try {
      recorded.start(path ?? undefined)
    } catch (error) {
      throw new Refused('cannot-write', error instanceof Error ? error.message : String(error))
    }
    return recording(recorded).upToNow(inside)
  },
} as const

function recording(recorded: Recorded): TraceRecorder {
  const recorder = recorded.recorder()
  if (recorder === undefined) throw new Refused('not-recording', 'Nothing is recorded now.')
  return recorder
}
