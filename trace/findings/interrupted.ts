import { objectKindNames, Event } from '../format/schema.ts'
import { asOf } from '../model/asOf.ts'
import { lastAtOrBefore } from '../model/at.ts'
import { formatMoment } from '../model/time.ts'
import { Outcome, RunKind, State, type TraceModel } from '../model/types.ts'
import { gatherFacts, type Facts } from './facts.ts'
import { rowsOf } from './rowsBy.ts'
import type { Answer, Check } from './types.ts'

/** What ended a program that would have gone on. */
interface Interruption {
  readonly atNs: number
  readonly what: string
  /** The stream of the loop that was ended. */
  readonly stream: number
  readonly byTimeout: boolean
}

/** The program as it stood when somebody, or a timeout, put an end to it. */
interface Standstill extends Interruption {
  readonly model: TraceModel
  readonly facts: Facts
}

/**
 * Lets a check that asks how a program stands at its end judge one that was ended from outside as well, by how it stood just before: a program
 * that hangs is nearly always ended by Ctrl-C, by SIGTERM, or by the timeout of a test, which cancel what hangs before the trace ends.
 */
export function beforeInterruption(check: Check): Check {
  return (model, facts, thresholds) => {
    const now = check(model, facts, thresholds)
    if (now.answer === 'holds') return now
    const standstill = standstillOf(model)
    if (!standstill) return now
    const then = told(check(standstill.model, standstill.facts, thresholds), standstill)
    return then.answer === 'doesNot' ? now : then
  }
}

function told(answer: Answer, { atNs, what, byTimeout }: Standstill): Answer {
  if (answer.answer !== 'holds') return answer
  const drafts = answer.drafts.map((draft) => ({
    ...draft,
    message: `${draft.message} So it stood when ${what} at ${formatMoment(atNs)}.`,
    ...(byTimeout && draft.kind === 'hung-task' ? { confidence: 'likely' as const } : {}),
  }))
  return { answer: 'holds', drafts }
}

const known = new WeakMap<TraceModel, Standstill | 'none'>()

function standstillOf(model: TraceModel): Standstill | undefined {
  let standstill = known.get(model)
  if (standstill === undefined) known.set(model, (standstill = findStandstill(model)))
  return standstill === 'none' ? undefined : standstill
}

function findStandstill(model: TraceModel): Standstill | 'none' {
  const interruption = bySignal(model) ?? byKeyboard(model) ?? byTimeout(model)
  if (!interruption) return 'none'
  const { stream } = interruption
  const atNs = lastCalm(model, stream, interruption.atNs)
  const before = asOf(model, atNs)
  const facts = gatherFacts(before)
  if (!interruption.byTimeout) return { ...interruption, atNs, model: before, facts }
  // The timer that the loop waited for was the timeout's own. Another one shows in a task that sleeps.
  const sleeps = [...facts.parked.values()].some(({ kind, state }) => state === State.waiting && kind === 'sleep')
  const loopEnds = facts.loopEnds.map((end, each) => (each === stream && !sleeps ? { ...end, timers: false } : end))
  return { ...interruption, atNs, model: before, facts: { ...facts, loopEnds } }
}

/** SIGINT, SIGQUIT, SIGTERM: what people and supervisors send to a program that hangs. */
const ENDING: Readonly<Record<number, string>> = { 2: 'SIGINT came', 3: 'SIGQUIT came', 15: 'SIGTERM came' }

function bySignal({ happenings, loopRuns, loops }: TraceModel): Interruption | undefined {
  const row = happenings.kind.findIndex((kind, i) => kind === Event.SIGNAL && happenings.subject[i] in ENDING)
  if (row < 0) return undefined
  const atNs = happenings.atNs[row]
  const run = lastAtOrBefore(loopRuns.startNs, 0, loopRuns.startNs.length, atNs)
  if (run < 0) return undefined
  return { atNs, what: ENDING[happenings.subject[row]], stream: loops.stream[loopRuns.loop[run]], byTimeout: false }
}

/** Before Python 3.11 Ctrl-C is raised wherever the loop's thread is. */
function byKeyboard({ loopRuns, loops, tables }: TraceModel): Interruption | undefined {
  const row = loopRuns.error.findIndex((text) => (tables.strings[text] ?? '').startsWith('KeyboardInterrupt'))
  if (row < 0) return undefined
  const stream = loops.stream[loopRuns.loop[row]]
  return { atNs: loopRuns.stopNs[row], what: 'Ctrl-C was pressed', stream, byTimeout: false }
}

/** The timeout that made the main task of a loop's run fail. */
function byTimeout({ scopes, loopRuns, loops, tasks, tables, cancels }: TraceModel): Interruption | undefined {
  for (let run = 0; run < loopRuns.task.length; run++) {
    const main = loopRuns.task[run]
    if (main === 0 || tasks.outcome[main] !== Outcome.failed) continue
    if (!/^[\w.]*TimeoutError\b/.test(tables.strings[tasks.ending[main]] ?? '')) continue
    const expired = rowsOf(scopes.owner, main).filter(
      (scope) => scopes.how[scope] === 2 && objectKindNames[tables.objects.kind[scopes.object[scope]]] === 'timeout',
    )
    const scope = expired.at(-1)
    if (scope === undefined) continue
    const members = [main, ...scopes.children.subarray(scopes.firstChild[scope], scopes.lastChild[scope])]
    const cut = members
      .flatMap((task) => rowsOf(cancels.task, task))
      .map((row) => cancels.atNs[row])
      .filter((atNs) => atNs >= scopes.openNs[scope] && atNs <= scopes.closeNs[scope])
    const atNs = Math.min(...cut, scopes.closeNs[scope])
    return { atNs, what: 'a timeout ended it', stream: loops.stream[loopRuns.loop[run]], byTimeout: true }
  }
  return undefined
}

/** A run this long is what the loop's thread was doing when it was interrupted, and not how it took notice. */
const LONG_NS = 50e6

/** The last moment at which the loop still did what it was interrupted in: waited in its selector, or stood in a long step. */
function lastCalm({ runs }: TraceModel, stream: number, atNs: number): number {
  const first = runs.first[stream]
  let run = lastAtOrBefore(runs.startNs, first, runs.last[stream], atNs)
  while (
    run > first &&
    runs.kind[run] !== RunKind.poll &&
    Math.min(runs.endNs[run], atNs) - runs.startNs[run] < LONG_NS
  )
    run--
  return run < 0 ? atNs : Math.min(runs.endNs[run], atNs)
}
