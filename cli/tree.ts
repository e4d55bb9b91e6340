import { follow, type Followed } from '../live/follow.ts'
import { LiveError } from '../live/requests.ts'
import { findAll } from '../trace/findings/index.ts'
import { processReport } from '../trace/live/json.ts'
import { processText } from '../trace/live/text.ts'
import { liveProcess } from '../trace/live/tree.ts'
import type { TraceModel } from '../trace/model/types.ts'
import { answered, recordedProcess } from './liveEntry.ts'

/** Prints what a process does now: its loops, who waits for whom, what is stuck first. */
export async function tree(pid: string, options: { json?: boolean }): Promise<void> {
  const entry = await recordedProcess(pid)
  const followed = follow(entry)
  try {
    const model = await answered(now(followed))
    const live = liveProcess(model, findAll(model).findings)
    if (options.json) console.log(JSON.stringify(processReport(live, model)))
    else console.log(processText(live))
  } finally {
    await followed.close()
  }
}

/** The process now, or where it does not answer as it was when it last wrote. */
async function now(followed: Followed): Promise<TraceModel> {
  try {
    return (await followed.snapshot()).model
  } catch (error) {
    if (!(error instanceof LiveError) || error.code !== 'no-answer') throw error
    const model = await followed.readOn()
    if (!model) throw error
    console.error(`${error.message} What follows had been written before.`)
    return model
  }
}
