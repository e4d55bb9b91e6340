import { resolve } from 'node:path'
import { ask } from '../live/client.ts'
import { answered, recordedProcess } from './liveEntry.ts'

/** Ends the trace of a process, which runs on and can be started again. */
export async function stop(pid: string): Promise<void> {
  const { trace } = await answered(ask(await recordedProcess(pid), { request: 'stop' }))
  console.log(
    `Process ${pid} is no longer recorded: ${trace} is complete. \`loopscope start ${pid}\` begins another trace.`,
  )
}

/** Begins a further trace of a process whose recording was stopped. */
export async function start(pid: string, options: { output?: string }): Promise<void> {
  const path = options.output === undefined ? {} : { path: resolve(options.output) }
  const { trace } = await answered(ask(await recordedProcess(pid), { request: 'start', ...path }))
  console.log(`Process ${pid} records to ${trace}.`)
}
