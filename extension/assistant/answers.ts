import { notKnown } from '../../trace/findings/notKnown.ts'
import { findInProcesses } from '../../trace/findings/processes.ts'
import { findingKinds } from '../../trace/findings/registry.ts'
import { segmentAt, segmentEndNs } from '../../trace/model/at.ts'
import { awaitText, coroutineName, sourceLine, targetKind, taskName, userLine } from '../../trace/model/describe.ts'
import { joinProcesses, type Processes, type TracedProcess } from '../../trace/model/processes.ts'
import { processTitle } from '../../trace/model/processName.ts'
import { formatDuration } from '../../trace/model/time.ts'
import { Outcome, outcomeNames, State, type TraceModel } from '../../trace/model/types.ts'
import { awaitLines } from '../../trace/summary/awaitLines.ts'
import type { Question } from './questions.ts'

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 500
const STATE_NAMES = { [State.running]: 'running', [State.ready]: 'ready', [State.waiting]: 'waiting' } as const

/** A trace, and what its reader calls it. */
interface Traced {
  readonly source: string
  readonly model: TraceModel
}

/**
 * The facts that answer a question, as JSON for a language model: what is left out is counted in `leftOut`. Durations are in words.
 * Names and messages in it are the recorded program's. Of several processes each has its own answer, but what is wrong is told of all together.
 */
export function answer(traces: readonly Traced[], question: Question): string {
  const joined = joinProcesses(traces)
  const { processes } = joined
  const limit = Math.min(MAX_LIMIT, Math.max(1, Math.floor(question.limit ?? DEFAULT_LIMIT)))
  if (processes.length === 1)
    return JSON.stringify(listed(processes[0].model, factsFor(joined, processes[0], question), question, limit))
  const share = question.about === 'findings' ? limit : Math.ceil(limit / processes.length)
  return JSON.stringify({
    ...(question.about === 'findings' ? { order: CAUSE_FIRST, ...cut(question, findings(joined)[0], limit) } : {}),
    processes: processes.map((process) => ({
      process: titleOf(process),
      pid: process.model.header.pid,
      parent: process.parent < 0 ? null : processes[process.parent].model.header.pid,
      began: formatDuration(process.startNs),
      ...(question.about === 'findings'
        ? lifeOf(process.model)
        : listed(process.model, factsFor(joined, process, question), question, share)),
    })),
  })
}

const CAUSE_FIRST = 'the likeliest root cause first'

const titleOf = ({ model }: TracedProcess): string => processTitle(model.header)

const lifeOf = (model: TraceModel): object => ({
  traceLasts: formatDuration(model.endNs),
  programEnded: model.end === 'open' ? 'no: it runs, or was killed' : 'yes',
})

const listed = (model: TraceModel, [all, facts]: Facts, question: Question, limit: number): object => ({
  ...facts,
  ...lifeOf(model),
  ...cut(question, all, limit),
})

const cut = ({ about }: Question, all: readonly object[], limit: number): object => ({
  shown: Math.min(limit, all.length),
  leftOut: Math.max(0, all.length - limit),
  [about]: all.slice(0, limit),
})

type Facts = readonly [all: readonly object[], more: object]

function factsFor(joined: Processes, { model, offsetNs }: TracedProcess, question: Question): Facts {
  switch (question.about) {
    case 'tasks':
      return tasks(model, question)
    case 'findings':
      return findings(joined)
    case 'awaitGraph':
      return awaitGraph(model, question.atMs === undefined ? model.endNs : question.atMs * 1e6 - offsetNs)
    case 'slowestAwaits':
      return slowestAwaits(model, question.coroutine)
  }
}

/** Tasks by their state at the trace's end, those that have not ended first. */
function tasks(model: TraceModel, { state, coroutine }: Extract<Question, { about: 'tasks' }>): Facts {
  const all: { readonly id: number; readonly state: string }[] = []
  const counts: Record<string, number> = {}
  for (let id = 1; id <= model.tasks.count; id++) {
    if (Number.isNaN(model.tasks.createdNs[id]) || !isCalled(coroutineName(model, id), coroutine)) continue
    const now = stateAt(model, id, model.endNs)
    counts[now] = (counts[now] ?? 0) + 1
    if (state === undefined || now === state || (state === 'pending' && isPending(model, id)))
      all.push({ ...taskFacts(model, id), state: now })
  }
  all.sort((a, b) => Number(isPending(model, b.id)) - Number(isPending(model, a.id)) || a.id - b.id)
  return [all, { counts }]
}

function taskFacts(model: TraceModel, id: number) {
  const { tasks, tables } = model
  const lastSegment = model.segments.last[id] - 1
  const waits = isPending(model, id) && model.segments.state[lastSegment] === State.waiting
  return {
    id,
    name: taskName(model, id),
    coroutine: coroutineName(model, id),
    definedAt: placeText(sourceLine(model, tasks.coroutine[id])),
    ...(tasks.parent[id] > 0 ? { createdBy: taskName(model, tasks.parent[id]) } : {}),
    ...(tasks.ending[id] > 0 ? { ending: tables.strings[tasks.ending[id]] } : {}),
    created: formatDuration(tasks.createdNs[id]),
    running: formatDuration(tasks.runningNs[id]),
    ready: formatDuration(tasks.readyNs[id]),
    waiting: formatDuration(tasks.waitingNs[id]),
    ...(waits ? { now: waitFacts(model, id, lastSegment, model.endNs) } : {}),
  }
}

function findings(joined: Processes): Facts {
  const { findings: found, answers } = findInProcesses(joined)
  const { processes } = joined
  const all = found.map(({ tasks, file, line, related, startNs, endNs, ...finding }) => {
    const owner = processes.filter(({ taskBase }) => taskBase < (tasks[0] ?? 1)).at(-1) ?? processes[0]
    return {
      id: finding.id,
      kind: finding.kind,
      severity: finding.severity,
      confidence: finding.confidence,
      message: finding.message,
      advice: findingKinds[finding.kind].advice,
      ...(processes.length > 1 && tasks.length > 0 ? { process: titleOf(owner), pid: owner.model.header.pid } : {}),
      at: placeText({ file: file ?? '', line: line ?? 0 }),
      from: formatDuration(startNs),
      until: formatDuration(endNs),
      tasks: tasks.slice(0, 20).map((id) => taskName(owner.model, id - owner.taskBase)),
      causedBy: finding.because,
      related: related.map(({ message, file, line }) => ({ message, at: placeText({ file, line }) })),
    }
  })
  return [all, { order: CAUSE_FIRST, theTraceCannotTell: notKnown(answers[0]) }]
}

/** Who waited for whom or what at a moment, the longest wait first. */
function awaitGraph(model: TraceModel, atNs: number): Facts {
  const all: { readonly forNs: number; readonly facts: object }[] = []
  // At the very end nothing is any more: the moment before it is meant.
  const moment = Math.min(Math.max(0, atNs), Math.max(0, model.endNs - 1))
  for (let id = 1; id <= model.tasks.count; id++) {
    const segment = segmentAt(model, id, moment)
    if (segment < 0) continue
    const state = STATE_NAMES[model.segments.state[segment] as State]
    const waits = state === 'waiting'
    all.push({
      forNs: waits ? moment - model.segments.startNs[segment] : -1,
      facts: {
        task: taskName(model, id),
        id,
        coroutine: coroutineName(model, id),
        state,
        ...(waits ? waitFacts(model, id, segment, moment) : {}),
      },
    })
  }
  all.sort((a, b) => b.forNs - a.forNs)
  return [all.map(({ facts }) => facts), { at: formatDuration(moment) }]
}

function waitFacts(model: TraceModel, id: number, segment: number, atNs: number) {
  const awaitId = model.segments.detail[segment]
  const target = model.segments.other[segment]
  const kind = targetKind(model, awaitId)
  const site = userLine(model, model.tables.awaits.stack[awaitId])
  const holder = kind === 'object' ? holderAt(model, target, atNs) : 0
  return {
    waitsFor: awaitText(model, awaitId, target),
    ...(kind === 'task' && target > 0 && target <= model.tasks.count ? { waitsForTask: target } : {}),
    ...(holder > 0 ? { heldBy: taskName(model, holder), heldByTask: holder } : {}),
    since: formatDuration(model.segments.startNs[segment]),
    forSoLong: formatDuration(Math.min(atNs, segmentEndNs(model, id, segment)) - model.segments.startNs[segment]),
    at: site ? placeText(site) : 'not known',
  }
}

/** The task that had acquired a lock and not given it back, 0 = none. Linear in what was held. */
function holderAt({ holds }: TraceModel, object: number, atNs: number): number {
  for (let i = holds.object.length - 1; i >= 0; i--) {
    if (holds.object[i] === object && holds.fromNs[i] <= atNs && !(holds.untilNs[i] <= atNs)) return holds.task[i]
  }
  return 0
}

function slowestAwaits(model: TraceModel, coroutine: string | undefined): Facts {
  const lines = awaitLines(model).awaitLines.filter((line) => isCalled(line.function, coroutine))
  const all = lines.map((line) => ({
    at: placeText(line),
    function: line.function,
    waitedInAll: formatDuration(line.waitedNs),
    waits: line.waits,
    stillWaiting: line.pending,
    median: formatDuration(line.medianNs),
    ninetieth: formatDuration(line.ninetiethNs),
    longest: formatDuration(line.longestNs),
    waitedFor: line.causes
      .slice(0, 5)
      .map(({ label, waits, waitedNs }) => `${label}: ${waits} × in ${formatDuration(waitedNs)}`),
    longestIn: line.slowest.map(({ name, task, atNs, forNs }) => ({
      task: name,
      id: task,
      at: formatDuration(atNs),
      for: formatDuration(forNs),
    })),
  }))
  return [
    all,
    { order: 'the most waited in all first; a wait counts at the line that awaits and at all lines further out' },
  ]
}

const isPending = (model: TraceModel, task: number): boolean => model.tasks.outcome[task] === Outcome.unfinished

function stateAt(model: TraceModel, task: number, atNs: number): string {
  if (!isPending(model, task)) return outcomeNames[model.tasks.outcome[task] as Outcome]
  const segment = segmentAt(model, task, atNs)
  return segment < 0 ? 'waiting' : STATE_NAMES[model.segments.state[segment] as State]
}

/** Whether a qualified name is, or ends with, what was asked for. */
const isCalled = (name: string, asked: string | undefined): boolean =>
  asked === undefined || asked === '' || name === asked || name.endsWith(`.${asked}`)

const placeText = ({ file, line }: { readonly file: string; readonly line: number }): string =>
  file === '' ? 'not known' : `${file}:${line}`
