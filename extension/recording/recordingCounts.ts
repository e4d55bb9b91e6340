import { formatCount } from '../words/numbers.ts'
import type { Translate } from '../words/translate.ts'

/** What has been recorded so far, in all processes of a program. */
export interface RecordingCounts {
  /** Processes that have a trace. */
  readonly processes: number
  readonly tasks: number
  readonly events: number
  readonly bytes: number
}

export const nothingYet: RecordingCounts = { processes: 0, tasks: 0, events: 0, bytes: 0 }

export const sumOf = (all: readonly RecordingCounts[]): RecordingCounts =>
  all.reduce(
    (sum, each) => ({
      processes: sum.processes + each.processes,
      tasks: sum.tasks + each.tasks,
      events: sum.events + each.events,
      bytes: sum.bytes + each.bytes,
    }),
    nothingYet,
  )

/** `41 tasks · 1 204 events · 3 processes`; that there is one process alone is not said. */
export function formatCounts(t: Translate, { processes, tasks, events }: RecordingCounts): string {
  return [
    tasks === 1 ? t('1 task') : t('{0} tasks', formatCount(tasks)),
    events === 1 ? t('1 event') : t('{0} events', formatCount(events)),
    processes > 1 && t('{0} processes', formatCount(processes)),
  ]
    .filter(Boolean)
    .join(' · ')
}
