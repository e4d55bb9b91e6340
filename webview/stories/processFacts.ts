import { processLabel } from '../../trace/model/joined/parts.ts'
import { formatDuration, formatMoment } from '../../trace/model/time.ts'
import type { ProcessPart, TraceModel } from '../../trace/model/types.ts'
import { counted } from '../time/shares.ts'
import { plain, type Fact } from './facts.ts'

const ends: Readonly<Record<ProcessPart['end'], string>> = {
  exit: 'ended',
  stopped: 'its recording was stopped',
  open: 'still ran, or was killed',
}

/** What the lane of a process is called. */
export const processTitle = ({ joined }: TraceModel, index: number): string =>
  joined?.parts[index] ? processLabel(joined.parts[index].header) : 'process'

/** `4242 worker.py`: what tells processes apart first, where there is little room. */
export const processColumn = (model: TraceModel, index: number): string =>
  processTitle(model, index).replace(/^(.*) \((\d+)\)$/, '$2 $1')

/** `12 tasks · 340 ms`: on the right of its lane. Linear in the tasks. */
export function processNote({ joined, tasks }: TraceModel, index: number): string {
  const part = joined?.parts[index]
  if (!part) return ''
  let count = 0
  for (let task = 1; task <= tasks.count; task++)
    if (joined.tasks.part[task] === index && !Number.isNaN(tasks.createdNs[task])) count++
  return `${counted(count, 'task')} · ${formatDuration(part.endNs - part.startNs)}`
}

/** How its recording went, where that is heard. */
export function processCourse({ joined }: TraceModel, index: number): string {
  const part = joined?.parts[index]
  if (!part) return ''
  const starter = joined.parts[part.parent]
  const by = starter ? `, started by ${processLabel(starter.header)}` : ''
  return `recorded from ${formatMoment(part.startNs)}${by}, ${ends[part.end]} at ${formatMoment(part.endNs)}`
}

/** Which program it was and how it came about. */
export function processFacts({ joined }: TraceModel, index: number): Fact[] {
  const part = joined?.parts[index]
  if (!part) return []
  const { header, source } = part
  const starter = joined.parts[part.parent]
  const children = joined.parts.filter(({ parent }) => parent === index)
  const facts: [string, string][] = [
    ['command', header.argv.join(' ')],
    ['folder', header.cwd],
    ['process', `${header.pid}${header.ppid > 0 ? `, child of ${header.ppid}` : ''}`],
    ['started by', starter ? processLabel(starter.header) : ''],
    ['started', children.map((child) => processLabel(child.header)).join(', ')],
    ['runs on', `${header.interpreter.name} ${header.interpreter.version}`.trim()],
    ['recorded', `from ${formatMoment(part.startNs)} to ${formatMoment(part.endNs)}: ${ends[part.end]}`],
    ['trace', source],
  ]
  return facts.filter(([, text]) => text !== '').map(([label, text]) => ({ label, parts: [plain(text)] }))
}
