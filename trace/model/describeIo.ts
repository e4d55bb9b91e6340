import { Event } from '../format/schema.ts'
import { objectKnownNs } from './at.ts'
import { coroutineName, objectName, sourceLine, stackLines, taskName } from './describe.ts'
import { formatDuration } from './time.ts'
import { RunKind, type TraceModel } from './types.ts'

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB']
const SIGNALS: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  6: 'SIGABRT',
  9: 'SIGKILL',
  10: 'SIGUSR1',
  12: 'SIGUSR2',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM',
  17: 'SIGCHLD',
}

/** `812 B`, `1.2 MB` */
export function formatBytes(bytes: number): string {
  const unit = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1)
  const value = bytes / 1000 ** unit
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`
}

/** A signal by its name on Linux, or its number. */
export const signalName = (signal: number): string => SIGNALS[signal] ?? `signal ${signal}`

/** `TCP connection 4 (127.0.0.1:80 ← 10.0.0.7:41000): open for 3 ms, read 5 B, wrote 10 B` */
export function connectionText(model: TraceModel, row: number): string {
  const { connections, tables } = model
  const closed = !Number.isNaN(connections.closeNs[row])
  const lastedNs =
    (closed ? connections.closeNs[row] : objectKnownNs(model, connections.object[row])) - connections.openNs[row]
  const pauses = connections.pauses[row]
  const parts = [
    `${closed ? 'open for' : 'still open after'} ${formatDuration(lastedNs)}`,
    `read ${formatBytes(connections.receivedBytes[row])}`,
    `wrote ${formatBytes(connections.sentBytes[row])}`,
    ...(pauses > 0 ? [`writing paused ${pauses === 1 ? 'once' : `${pauses} times`}`] : []),
    ...(connections.error[row] > 0 ? [`lost by ${tables.strings[connections.error[row]]}`] : []),
  ]
  return `${objectName(model, connections.object[row])}: ${parts.join(', ')}`
}

/** `Process 3 (cat), pid 812: SIGTERM ended it after 12 ms` */
export function processText(model: TraceModel, row: number): string {
  const { processes } = model
  const name = `${objectName(model, processes.object[row])}, pid ${processes.pid[row]}`
  const status = processes.status[row]
  const sent = processes.signal[row] > 0 ? `, was sent ${signalName(processes.signal[row])}` : ''
  if (Number.isNaN(processes.endNs[row]))
    return `${name}: still runs after ${formatDuration(objectKnownNs(model, processes.object[row]) - processes.startNs[row])}${sent}`
  const after = formatDuration(processes.endNs[row] - processes.startNs[row])
  const how = status < 0 ? `${signalName(-status)} ended it after` : `ended with status ${status} after`
  return `${name}: ${how} ${after}${status < 0 ? '' : sent}`
}

/** `SIGUSR1 ran Event.set`, `mark: request sent`, `async generator rows was dropped before its end`; empty for descriptors that are watched. */
export function happeningText(model: TraceModel, row: number): string {
  const { happenings } = model
  const subject = happenings.subject[row]
  const where = happenings.where[row]
  if (happenings.kind[row] === Event.SIGNAL) {
    const handler = sourceLine(model, where).function
    return handler === '' ? signalName(subject) : `${signalName(subject)} ran ${handler}`
  }
  if (happenings.kind[row] === Event.MARK) return `mark: ${model.tables.strings[subject] ?? ''}`
  if (happenings.kind[row] !== Event.FINALIZED) return ''
  const by = where > 0 ? ` by ${taskName(model, where)}` : ''
  return `async generator ${sourceLine(model, subject).function} was dropped${by} before its end: the loop closes it`
}

/** What a run of a loop was for: `main`, `the tasks that were left`, `BaseEventLoop.shutdown_default_executor`. */
export function loopRunName(model: TraceModel, row: number): string {
  const { loopRuns } = model
  if (stackLines(model, loopRuns.stack[row]).some((line) => line.function === '_cancel_all_tasks'))
    return 'the cancelled tasks that were left'
  const name = coroutineName(model, loopRuns.task[row]).replace(/^BaseEventLoop\./, '')
  return name || 'run_forever'
}

/** The program's own timer whose run this is, -1 where it is none. Linear in the timers. */
export const timerOfRun = ({ runs, timers }: TraceModel, run: number): number =>
  runs.kind[run] === RunKind.timer ? timers.run.indexOf(run) : -1
