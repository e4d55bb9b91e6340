import { formatDuration } from '../../trace/model/time.ts'
import type { LiveLoop } from '../../trace/live/loops.ts'
import type { AwaitRow, LiveTask } from '../../trace/live/tree.ts'
import type { SourceLine } from '../../trace/model/describe.ts'
import { formatCount } from '../words/numbers.ts'
import type { Translate } from '../words/translate.ts'
import type { Looked } from './messages.ts'

/** How many of a program's tasks are stuck. */
export const stuckIn = ({ looked }: { readonly looked?: Looked }): number =>
  looked?.live.tasks.filter((task) => task.stuck).length ?? 0

/** `pid 4711 · 41 tasks · 2 stuck`. */
export function processWords(looked: Looked, t: Translate): string {
  const { live } = looked
  const stuck = stuckIn({ looked })
  const tasks = live.tasks.length
  return [
    t('pid {0}', live.pid),
    tasks === 1 ? t('1 task') : t('{0} tasks', formatCount(tasks)),
    stuck > 0 && t('{0} stuck', formatCount(stuck)),
  ]
    .filter(Boolean)
    .join(' · ')
}

/** What the task does: `has waited 12 s for Lock 2 · bank.py:14`. Without a time where only one moment is known. */
export function taskWords({ live }: Looked, task: LiveTask, t: Translate): string {
  const forHow = live.isMoment ? '' : formatDuration(Math.max(live.atNs - task.sinceNs, 0))
  const place = task.at ?? task.definition
  return [doing(task, forHow, t), task.isCancelling && t('is being cancelled'), place && placeWords(place)]
    .filter(Boolean)
    .join(' · ')
}

function doing({ state, waitsFor }: LiveTask, forHow: string, t: Translate): string {
  if (state === 'running') return forHow ? t('has run for {0}', forHow) : t('runs')
  if (state === 'ready') return forHow ? t('has been ready for {0}', forHow) : t('is ready')
  if (waitsFor === '') return forHow ? t('has waited {0}', forHow) : t('waits')
  return forHow ? t('has waited {0} for {1}', forHow, waitsFor) : t('waits for {0}', waitsFor)
}

/** What stands before the task's name: how the row above depends on it. */
export const rowWords = ({ task, holds }: AwaitRow, t: Translate): string =>
  holds === '' ? task.name : t('{0}, which holds {1}', task.name, holds)

export function loopWords({ live }: Looked, loop: LiveLoop, t: Translate): string {
  const forHow = live.isMoment ? '' : formatDuration(Math.max(live.atNs - loop.sinceNs, 0))
  const what = {
    polling: t('waits for events'),
    running: loop.runs === '' ? t('runs') : t('runs {0}', loop.runs),
    blocked: t('blocked by {0}', loop.runs || t('a callback')),
    stopped: t('stopped'),
    closed: t('closed'),
  }[loop.state]
  return [forHow ? t('{0}, {1} so far', what, forHow) : what, loop.thread].filter(Boolean).join(' · ')
}

/** `bank.py:14`. */
export const placeWords = ({ file, line }: SourceLine): string => {
  const name = file.slice(file.search(/[^\\/]*$/))
  return line > 0 ? `${name}:${line}` : name
}
