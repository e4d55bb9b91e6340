import { LiveError } from '../live/requests.ts'
import { findProcesses } from '../live/processes.ts'
import type { Entry } from '../live/entry.ts'
import { UsageError } from './openTrace.ts'

const WHY = {
  gone: 'it has ended without taking its entry away, as after a kill',
  reused: 'it has ended, and another process has its number',
  'not-listening': 'it lives, and no longer listens: its recording has ended',
} as const

/** The process runs and is not recorded. */
export class NotRecorded extends UsageError {}

/** The recorded process of that number. Throws UsageError with one sentence that says why there is none. */
export async function recordedProcess(text: string): Promise<Entry> {
  const pid = Number(text)
  if (!Number.isSafeInteger(pid) || pid <= 0)
    throw new UsageError(`${text} is no process id: \`loopscope ps\` lists them.`)
  const { processes, stale } = await findProcesses()
  const found = processes.filter((entry) => entry.pid === pid).at(-1)
  if (found) return found
  const left = stale.find(({ entry }) => entry.pid === pid)
  if (left) {
    const trace = left.entry.trace === null ? '' : ` Its trace is ${left.entry.trace}.`
    throw new UsageError(`Process ${pid} was recorded: ${WHY[left.why]}.${trace}`)
  }
  if (!exists(pid)) throw new UsageError(`There is no process ${pid}.`)
  throw new NotRecorded(
    `Process ${pid} is not recorded, or has not run an event loop yet. \`loopscope attach ${pid}\` records CPython 3.14 and newer while it runs; else start the program with \`loopscope record -- COMMAND\`.`,
  )
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** What a process refuses, or fails to answer, as the sentence that ends a command. */
export async function answered<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise
  } catch (error) {
    if (error instanceof LiveError) throw new UsageError(error.message)
    throw error
  }
}
