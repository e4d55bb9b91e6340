import type { TraceHeader } from '../../format/header.ts'
import { awaitKindNames } from '../../format/schema.ts'
import { taskEndNs } from '../at.ts'
import { sourceLine, taskName } from '../describe.ts'
import { programName } from '../processName.ts'
import { processLabel } from '../joined/parts.ts'
import { Outcome, State, type TraceModel } from '../types.ts'
import type { Comparison, Filter, NumberKey, StateName, Term, TextKey } from './parse.ts'

/**
 * 1 for each task that a filter lets through, by task id; undefined where the filter is empty and all pass.
 * States are those in which the trace leaves the tasks. Linear in the tasks; each distinct text is looked at once; `awaits:` goes through the segments.
 */
export function matchTasks(model: TraceModel, { terms }: Filter): Uint8Array | undefined {
  if (terms.length === 0) return undefined
  const { count, createdNs } = model.tasks
  const matches = new Uint8Array(count + 1)
  for (let task = 1; task <= count; task++) matches[task] = Number.isNaN(createdNs[task]) ? 0 : 1
  for (const term of terms) {
    const holds = testOf(model, term)
    for (let task = 1; task <= count; task++) if (matches[task] === 1 && holds(task) === term.not) matches[task] = 0
  }
  return matches
}

function testOf(model: TraceModel, term: Term): (task: number) => boolean {
  switch (term.kind) {
    case 'word': {
      const found = stringTest(model, (text) => text.includes(term.text))
      const { name, coroutine } = model.tasks
      const { function: functions } = model.tables.locations
      return (task) =>
        (name[task] > 0 ? found(name[task]) : taskName(model, task).toLowerCase().includes(term.text)) ||
        found(functions[coroutine[task]])
    }
    case 'text':
      return textTest(model, term.key, term.choices)
    case 'state': {
      const tests = term.states.map((state) => stateTest(model, state))
      return (task) => tests.some((holds) => holds(task))
    }
    case 'number': {
      const compare = comparisons[term.comparison]
      const number = numberOf(model, term.key)
      return (task) => compare(number(task), term.value)
    }
  }
}

/** The trace's strings in small letters, each made when it is first asked for and kept as long as the trace. */
const lowered = new WeakMap<readonly string[], string[]>()

/** A test of strings by their id, in small letters. */
function stringTest({ tables: { strings } }: TraceModel, test: (text: string) => boolean): (id: number) => boolean {
  let small = lowered.get(strings)
  if (!small) lowered.set(strings, (small = []))
  const texts = small
  return testedOnce(strings.length, (id) => test((texts[id] ??= (strings[id] ?? '').toLowerCase())))
}

/** A test of ids below `count` that looks at each once: of 100,000 tasks few have a coroutine, a file or a loop of their own. */
function testedOnce(count: number, test: (id: number) => boolean): (id: number) => boolean {
  const [FAILS, HOLDS] = [1, 2]
  const results = new Uint8Array(count)
  return (id) => {
    if (results[id]) return results[id] === HOLDS
    const holds = test(id)
    results[id] = holds ? HOLDS : FAILS
    return holds
  }
}

/** Whether a text is one of the choices; a star stands for anything. Without one the whole must be equal. */
export function choiceTest(choices: readonly string[]): (text: string) => boolean {
  const patterns = choices.map((choice) => choice.split('*'))
  return (text) => patterns.some((parts) => fitsParts(text, parts))
}

/** Linear in the text: each part is looked for behind the one before. */
function fitsParts(text: string, parts: readonly string[]): boolean {
  if (parts.length === 1) return text === parts[0]
  const [first, last] = [parts[0], parts[parts.length - 1]]
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false
  let at = first.length
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return at <= text.length - last.length
}

function textTest(model: TraceModel, key: TextKey, choices: readonly string[]): (task: number) => boolean {
  const { tasks, tables } = model
  const { locations } = tables
  const fits = choiceTest(choices)
  const fitting = (text: string): boolean => fits(text.toLowerCase())
  const named = stringTest(model, fits)
  const isNamed = (task: number): boolean =>
    tasks.name[task] > 0 ? named(tasks.name[task]) : fitting(taskName(model, task))
  const byCoroutine = (test: (location: number) => boolean): ((task: number) => boolean) => {
    const tested = testedOnce(locations.function.length, test)
    return (task) => tested(tasks.coroutine[task])
  }
  switch (key) {
    case 'name':
      return isNamed
    case 'coroutine':
      // `handle` is what people say of `Server.run.<locals>.handle`.
      return byCoroutine((location) => {
        const name = sourceLine(model, location).function
        return fitting(name) || fitting(name.slice(name.lastIndexOf('.') + 1))
      })
    case 'file':
      return byCoroutine((location) => {
        const { file } = sourceLine(model, location)
        return fitting(file) || fitting(file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1))
      })
    case 'creator':
      return (task) => tasks.parent[task] > 0 && isNamed(tasks.parent[task])
    case 'error': {
      const fails = testedOnce(tables.strings.length, (id) => {
        const text = tables.strings[id] ?? ''
        return fitting(text) || fitting(text.replace(/:.*$/s, ''))
      })
      return (task) => tasks.outcome[task] === Outcome.failed && fails(tasks.ending[task])
    }
    case 'process': {
      const { joined, header } = model
      const headers = joined ? joined.parts.map((part) => part.header) : [header]
      const parts = headers.map((each) => (isProcess(each, fitting) ? 1 : 0))
      return (task) => parts[joined ? joined.tasks.part[task] : 0] === 1
    }
    case 'loop': {
      const runs = testedOnce(tables.loops.stream.length, (loop) => fitting(String(loop)))
      return (task) => runs(tasks.loop[task])
    }
    case 'awaits':
      return awaitsTest(model, fitting)
  }
}

/** By its id, its program with or without the folder, or what its lane is called. */
function isProcess(header: TraceHeader, fitting: (text: string) => boolean): boolean {
  const { pid, name, argv } = header
  return [String(pid), name, argv[0] ?? '', programName(argv), processLabel(header)].some(fitting)
}

function awaitsTest({ segments, tables }: TraceModel, fitting: (text: string) => boolean): (task: number) => boolean {
  const { kind, label } = tables.awaits
  const wanted = Uint8Array.from(kind, (code, id) =>
    fitting(awaitKindNames[code] ?? 'unknown') || fitting(tables.strings[label[id]] ?? '') ? 1 : 0,
  )
  if (!wanted.includes(1)) return () => false
  return (task) => {
    const last = segments.last[task]
    for (let i = segments.first[task]; i < last; i++)
      if (segments.state[i] === State.waiting && wanted[segments.detail[i]] === 1) return true
    return false
  }
}

function stateTest({ tasks, segments, cancels }: TraceModel, state: StateName): (task: number) => boolean {
  const isUnfinished = (task: number): boolean => tasks.outcome[task] === Outcome.unfinished
  const ends: Partial<Record<StateName, Outcome>> = {
    done: Outcome.done,
    failed: Outcome.failed,
    cancelled: Outcome.cancelled,
    unfinished: Outcome.unfinished,
  }
  const outcome = ends[state]
  if (outcome !== undefined) return (task) => tasks.outcome[task] === outcome
  if (state === 'cancelling') {
    const asked = new Set(cancels.task)
    return (task) => isUnfinished(task) && asked.has(task)
  }
  const wanted = { running: State.running, ready: State.ready, waiting: State.waiting }[
    state as 'running' | 'ready' | 'waiting'
  ]
  return (task) => {
    const last = segments.last[task] - 1
    return isUnfinished(task) && last >= segments.first[task] && segments.state[last] === wanted
  }
}

const comparisons: Readonly<Record<Comparison, (a: number, b: number) => boolean>> = {
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '=': (a, b) => a === b,
}

function numberOf(model: TraceModel, key: NumberKey): (task: number) => number {
  const { tasks } = model
  const columns = {
    wait: tasks.waitingNs,
    run: tasks.runningNs,
    ready: tasks.readyNs,
    created: tasks.createdNs,
    ended: tasks.endedNs,
    steps: tasks.steps,
  }
  if (key === 'id') return (task) => task
  if (key === 'duration') return (task) => taskEndNs(model, task) - tasks.createdNs[task]
  const column = columns[key]
  return (task) => column[task]
}
