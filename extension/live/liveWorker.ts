import { parentPort } from 'node:worker_threads'
import { ask } from '../../live/client.ts'
import type { Entry } from '../../live/entry.ts'
import { follow, type Followed } from '../../live/follow.ts'
import { findProcesses } from '../../live/processes.ts'
import { isSilent } from '../../live/requests.ts'
import { findAll } from '../../trace/findings/index.ts'
import { readTrace } from '../../trace/format/reader.ts'
import { processText } from '../../trace/live/text.ts'
import { liveProcess, type LiveProcess } from '../../trace/live/tree.ts'
import { buildModel } from '../../trace/model/build.ts'
import { stackLines } from '../../trace/model/describe.ts'
import type { TraceModel } from '../../trace/model/types.ts'
import type { FromThread, ToThread } from '../threads/thread.ts'
import type { LiveQuestions, LiveSource, Looked } from './messages.ts'

/** A thread of its own asks recorded processes and reads their traces as they grow. */

interface Known {
  readonly followed: Followed | undefined
  looked?: { readonly model: TraceModel; readonly live: LiveProcess }
}

const known = new Map<string, Known>()
/** Questions about a process are answered one after the other: its reader is not for two at once. */
const queues = new Map<string, Promise<unknown>>()

parentPort?.on('message', (question: ToThread<LiveQuestions>) => {
  const reply = (answer: FromThread<LiveQuestions>): void => parentPort?.postMessage(answer)
  const queue = 'key' in question ? question.key : ''
  const answered = (queues.get(queue) ?? Promise.resolve())
    .then(() => answerTo(question))
    .then(
      (answer) => reply({ id: question.id, answer }),
      (error: unknown) => reply({ id: question.id, failed: error instanceof Error ? error.message : String(error) }),
    )
  queues.set(queue, answered)
})

async function answerTo(question: ToThread<LiveQuestions>): Promise<LiveQuestions[keyof LiveQuestions]['answer']> {
  switch (question.kind) {
    case 'find':
      return (await findProcesses()).processes
    case 'look':
      return look(question.key, question.source)
    case 'stack':
      return stackLines(lookedAt(question.key).model, question.stack)
    case 'text':
      return processText(lookedAt(question.key).live)
    case 'request':
      await ask(question.entry, question.request)
      return null
    case 'forget':
      await known.get(question.key)?.followed?.close()
      known.delete(question.key)
      queues.delete(question.key)
      return null
  }
}

async function look(key: string, source: LiveSource): Promise<Looked> {
  let process = known.get(key)
  if (!process) known.set(key, (process = { followed: 'entry' in source ? follow(source.entry) : undefined }))
  const { model, trouble } =
    'bytes' in source
      ? { model: buildModel(readTrace(source.bytes)), trouble: undefined }
      : await followOn(process.followed!, source.entry)
  const live = liveProcess(model, findAll(model).findings)
  process.looked = { model, live }
  return { live, cwd: model.header.cwd, trouble }
}

/** What the process tells, or where it cannot answer, what its file has. */
async function followOn(
  followed: Followed,
  entry: Entry,
): Promise<{ readonly model: TraceModel; readonly trouble: string | undefined }> {
  followed.entry = entry
  try {
    return { model: (await followed.snapshot(entry.trace === null ? undefined : 2000)).model, trouble: undefined }
  } catch (error) {
    if (!isSilent(error)) throw error
    const model = await followed.readOn()
    if (!model) throw error
    return { model, trouble: error.message }
  }
}

function lookedAt(key: string): { readonly model: TraceModel; readonly live: LiveProcess } {
  const looked = known.get(key)?.looked
  if (!looked) throw new Error('This process is no longer looked at.')
  return looked
}
