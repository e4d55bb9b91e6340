import { segmentEndNs } from '../model/at.ts'
import { awaitLabel, sourceLine, userLine } from '../model/describe.ts'
import type { Processes } from '../model/processes.ts'
import { Outcome, State, type TraceModel } from '../model/types.ts'

/** How long tasks of a coroutine lived, how long they ran, and how long one `await` waited. */
export const metrics = ['lived', 'ran', 'waited'] as const
export type Metric = (typeof metrics)[number]

/** One thing that is measured in both traces. Coroutines: `label` is empty, the line is that of the `def`. */
export interface Measured {
  readonly metric: Metric
  readonly function: string
  /** What an await waited for, such as `Lock.acquire`. */
  readonly label: string
  /** Relative to the working directory of the program, where it lies below. */
  readonly file: string
  readonly line: number
  /** In no order, ns. What had not ended counts with what it had taken. */
  readonly durationsNs: number[]
  /** How many of them had not ended when the trace did. */
  unfinished: number
}

/** Everything measurable in traces. Linear in their segments. */
export function measure({ processes }: Processes): Measured[] {
  const found = new Map<string, Measured>()
  for (const { model } of processes) {
    measureCoroutines(model, found)
    measureAwaits(model, found)
  }
  return [...found.values()]
}

function measureCoroutines(model: TraceModel, found: Map<string, Measured>): void {
  const { tasks } = model
  for (let task = 1; task <= tasks.count; task++) {
    if (Number.isNaN(tasks.createdNs[task])) continue
    const isOpen = tasks.outcome[task] === Outcome.unfinished
    const { file, function: name, line } = sourceLine(model, tasks.coroutine[task])
    const place = { function: name, label: '', file: relative(model, file), line }
    const endNs = isOpen ? model.endNs : tasks.endedNs[task]
    add(found, { ...place, metric: 'lived' }, endNs - tasks.createdNs[task], isOpen)
    add(found, { ...place, metric: 'ran' }, tasks.runningNs[task], isOpen)
  }
}

function measureAwaits(model: TraceModel, found: Map<string, Measured>): void {
  const { tasks, segments, tables } = model
  const places = new Map<number, Omit<Measured, 'durationsNs' | 'unfinished'>>()
  const placeOf = (awaitId: number): Omit<Measured, 'durationsNs' | 'unfinished'> => {
    const known = places.get(awaitId)
    if (known) return known
    const site = userLine(model, tables.awaits.stack[awaitId])
    const place = {
      metric: 'waited' as const,
      function: site?.function ?? '',
      label: awaitLabel(model, awaitId),
      file: relative(model, site?.file ?? ''),
      line: site?.line ?? 0,
    }
    places.set(awaitId, place)
    return place
  }
  for (let task = 1; task <= tasks.count; task++) {
    for (let i = segments.first[task]; i < segments.last[task]; i++) {
      if (segments.state[i] !== State.waiting) continue
      const isOpen = i + 1 === segments.last[task] && tasks.outcome[task] === Outcome.unfinished
      add(found, placeOf(segments.detail[i]), segmentEndNs(model, task, i) - segments.startNs[i], isOpen)
    }
  }
}

function add(
  found: Map<string, Measured>,
  place: Omit<Measured, 'durationsNs' | 'unfinished'>,
  durationNs: number,
  isOpen: boolean,
): void {
  const key = [place.metric, place.file, place.line, place.function, place.label].join('\0')
  let measured = found.get(key)
  if (!measured) {
    measured = { ...place, durationsNs: [], unfinished: 0 }
    found.set(key, measured)
  }
  measured.durationsNs.push(durationNs)
  if (isOpen) measured.unfinished++
}

/** So that a program compares with itself in another checkout. */
function relative({ header }: TraceModel, file: string): string {
  const folder = header.cwd.replace(/[\\/]+$/, '')
  return folder !== '' && /^[\\/]/.test(file.slice(folder.length)) && file.startsWith(folder)
    ? file.slice(folder.length + 1)
    : file
}
