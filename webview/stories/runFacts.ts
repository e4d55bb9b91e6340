import { coroutineName, sourceLine, taskName, userLine, type SourceLine } from '../../trace/model/describe.ts'
import { timerOfRun } from '../../trace/model/describeIo.ts'
import { formatDuration, formatMoment } from '../../trace/model/time.ts'
import { RunKind, type TraceModel } from '../../trace/model/types.ts'
import { BLOCKED_NS } from '../lanes/laneData.ts'
import { plain, sourceParts, type Fact } from './facts.ts'
import { runName } from './runNames.ts'

const UNKNOWN_DELAY = 0xffffffff
const kindNames = ['step', 'callback', 'timer', 'polling']

/** A run of an event loop: what it was, how long, and how late. */
export function runFacts(model: TraceModel, run: number): Fact[] {
  const { runs } = model
  const kind = runs.kind[run] as RunKind
  const lengthNs = runs.endNs[run] - runs.startNs[run]
  const facts: Fact[] = [
    {
      label: kindNames[kind] ?? 'run',
      parts: [plain(`${formatDuration(lengthNs)} from ${formatMoment(runs.startNs[run])}`)],
    },
  ]
  if (kind !== RunKind.poll && lengthNs >= BLOCKED_NS) {
    facts.push({ label: 'blocked', parts: [plain('nothing else on this loop could run meanwhile')] })
  }
  const delay = runs.delay[run]
  switch (kind) {
    case RunKind.step: {
      const task = runs.subject[run]
      facts.push({
        label: 'of',
        parts: [
          { text: taskName(model, task), task },
          plain(` ${coroutineName(model, task)} `),
          ...sourceParts(runSource(model, run)),
        ],
      })
      return facts
    }
    case RunKind.poll:
      facts.push({
        label: 'timeout',
        parts: [
          plain(
            delay === UNKNOWN_DELAY
              ? 'none: until a descriptor is ready or a thread calls'
              : formatDuration(delay * 1000),
          ),
        ],
      })
      return facts
    default: {
      facts.push({ label: 'calls', parts: [plain(`${runName(model, run)} `), ...sourceParts(runSource(model, run))] })
      if (delay !== UNKNOWN_DELAY) {
        facts.push({ label: kind === RunKind.timer ? 'late by' : 'queued', parts: [plain(formatDuration(delay))] })
      }
      const by = runs.scheduler[run]
      if (by > 0) facts.push({ label: 'scheduled', parts: [plain('by '), { text: taskName(model, by), task: by }] })
      facts.push(...timerFacts(model, run))
      return facts
    }
  }
}

/** Who set the timer that ran, of those that the program itself set. */
function timerFacts(model: TraceModel, run: number): Fact[] {
  const { timers } = model
  const timer = timerOfRun(model, run)
  if (timer < 0) return []
  const by = timers.by[timer]
  return [
    {
      label: 'set',
      parts: [
        ...(by > 0 ? [plain('by '), { text: taskName(model, by), task: by }, plain(' ')] : []),
        plain(`at ${formatMoment(timers.setNs[timer])} `),
        ...sourceParts(userLine(model, timers.stack[timer])),
      ],
    },
  ]
}

/** The code that a run executed: the callback, or the coroutine. */
export function runSource(model: TraceModel, run: number): SourceLine | undefined {
  const { runs, tasks } = model
  if (runs.kind[run] === RunKind.poll) return undefined
  return sourceLine(model, runs.kind[run] === RunKind.step ? tasks.coroutine[runs.subject[run]] : runs.subject[run])
}
