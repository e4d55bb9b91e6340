import { setTimeout as delay } from 'node:timers/promises'
import { ask } from '../live/client.ts'
import { follow, type Followed } from '../live/follow.ts'
import { LiveError } from '../live/requests.ts'
import { taskText } from '../trace/live/text.ts'
import { liveProcess } from '../trace/live/tree.ts'
import { outcomeText, taskName } from '../trace/model/describe.ts'
import { formatDuration } from '../trace/model/time.ts'
import { Outcome, type TraceModel } from '../trace/model/types.ts'
import { answered, recordedProcess } from './liveEntry.ts'
import { UsageError } from './openTrace.ts'

/** How long a task may take to end before the command says that it has not. */
const PATIENCE_MS = 2000
const LOOK_EVERY_MS = 50

/** Asks a task to cancel, and says what came of it. `wanted`: its id or its name. */
export async function cancel(pid: string, wanted: string): Promise<void> {
  const entry = await recordedProcess(pid)
  const followed = follow(entry)
  try {
    const { model } = await answered(followed.snapshot())
    const task = taskOf(model, wanted)
    await answered(ask(entry, { request: 'cancel', task }))
    console.log(outcome(await untilEnded(followed, model, task), task))
  } finally {
    await followed.close()
  }
}

/** A living task's id. Throws UsageError where none has this id or name, or several have. */
function taskOf(model: TraceModel, wanted: string): number {
  const alive = [...model.tasks.outcome.keys()].filter(
    (task) => task > 0 && task <= model.tasks.count && model.tasks.outcome[task] === Outcome.unfinished,
  )
  const named = alive.filter((task) => taskName(model, task) === wanted)
  const found = named.length > 0 ? named : alive.filter((task) => String(task) === wanted)
  if (found.length === 1) return found[0]
  throw new UsageError(
    found.length === 0
      ? `No living task has the id or name ${wanted}: \`loopscope tree ${model.header.pid}\` shows them.`
      : `${found.length} tasks are named ${wanted}: give one of their ids, ${found.slice(0, 10).join(', ')}.`,
  )
}

/** The process when the task has ended, or after some patience. A process may end with its task. */
async function untilEnded(followed: Followed, before: TraceModel, task: number): Promise<TraceModel> {
  let model = before
  for (const limit = Date.now() + PATIENCE_MS; Date.now() < limit; await delay(LOOK_EVERY_MS)) {
    try {
      model = (await followed.snapshot()).model
    } catch (error) {
      if (!(error instanceof LiveError)) throw error
      return (await followed.readOn()) ?? model
    }
    if (model.tasks.outcome[task] !== Outcome.unfinished) break
  }
  return model
}

function outcome(model: TraceModel, task: number): string {
  const name = taskName(model, task)
  if (model.tasks.outcome[task] !== Outcome.unfinished) return `${name} is ${outcomeText(model, task)}.`
  const live = liveProcess(model, [])
  const now = live.tasks.find(({ id }) => id === task)!
  const loop = live.loops.find(({ id }) => id === now.loop)
  const why =
    loop?.state === 'blocked'
      ? `its loop is blocked by ${loop.runs} for ${formatDuration(live.atNs - loop.sinceNs)}, and cancels it when it is free`
      : taskText(live, now)
  return `${name} was asked to cancel and has not ended: ${why}.`
}
