import { formatDuration } from '../../trace/model/time.ts'
import type { CoroutineSummary, FunctionSummary } from '../../trace/summary/types.ts'
import { formatCount, formatShare } from '../words/numbers.ts'
import type { Translate } from '../words/translate.ts'

/** `128 runs · p50 3.1 ms · waited 92 % · 3 cancelled · 2 pending`: what is not the case is left out. */
export function coroutineText(
  t: Translate,
  summary: CoroutineSummary,
  isNewer: boolean,
  /** Of the same run that ran it: these numbers are of all of them. */
  processes = 1,
): string {
  const { tasks, medianNs, runningNs, readyNs, waitingNs, failed, cancelled, pending } = summary
  const aliveNs = runningNs + readyNs + waitingNs
  return [
    tasks === 1 ? t('1 run') : t('{0} runs', formatCount(tasks)),
    medianNs !== null && t('p50 {0}', formatDuration(medianNs)),
    aliveNs > 0 && t('waited {0}', formatShare(waitingNs / aliveNs)),
    failed > 0 && t('{0} failed', formatCount(failed)),
    cancelled > 0 && t('{0} cancelled', formatCount(cancelled)),
    pending > 0 && t('{0} pending', formatCount(pending)),
    processes > 1 && t('in {0} processes', formatCount(processes)),
    isNewer && t('source is newer than the trace'),
  ]
    .filter(Boolean)
    .join(' · ')
}

/** `waited 26.6 s in 1 000 awaits`: of a coroutine that was awaited and never was a task of its own. */
export function functionText(
  t: Translate,
  { waits, waitedNs }: FunctionSummary,
  isNewer: boolean,
  processes = 1,
): string {
  const waited =
    waits === 1
      ? t('waited {0} in 1 await', formatDuration(waitedNs))
      : t('waited {0} in {1} awaits', formatDuration(waitedNs), formatCount(waits))
  return [
    waited,
    processes > 1 && t('in {0} processes', formatCount(processes)),
    isNewer && t('source is newer than the trace'),
  ]
    .filter(Boolean)
    .join(' · ')
}
