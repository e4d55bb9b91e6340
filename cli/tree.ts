import { follow, type Followed } from '../live/follow.ts'
import { isSilent } from '../live/requests.ts'
import { findAll } from '../trace/findings/index.ts'
import { processReport } from '../trace/live/json.ts'
import { processText } from '../trace/live/text.ts'
import { liveProcess } from '../trace/live/tree.ts'
import type { TraceModel } from '../trace/model/types.ts'
import { answered, NotRecorded, recordedProcess } from './liveEntry.ts'
import { lookAt } from './look.ts'

/** Prints what a process does now: its loops, who waits for whom, what is stuck first. */
export async function tree(pid: string, options: { json?: boolean }): Promise<void> {
  const model = await modelOf(pid)
  const live = liveProcess(model, findAll(model).findings)
  if (options.json) console.log(JSON.stringify(processReport(live, model)))
  else console.log(processText(live))
}

async function modelOf(pid: string): Promise<TraceModel> {
  try {
    const followed = follow(await recordedProcess(pid))
    try {
      return await answered(now(followed))
    } finally {
      await followed.close()
    }
  } catch (error) {
    const model = error instanceof NotRecorded ? await lookAt(pid) : undefined
    if (!model) throw error
    console.error(
      `Process ${pid} is not recorded: this is a look from outside. \`loopscope attach ${pid}\` records it.`,
    )
    return model
  }
}

/** The process now, or where it does not answer as it was when it last wrote. */
async function now(followed: Followed): Promise<TraceModel> {
  try {
    return (await followed.snapshot()).model
  } catch (error) {
    if (!isSilent(error)) throw error
    const model = await followed.readOn()
    if (!model) throw error
    console.error(`${error.message} What follows had been written before.`)
    return model
  }
}
