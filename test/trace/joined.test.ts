import { describe, expect, it } from 'vitest'
import { readTrace } from '../../trace/format/reader.ts'
import { headerBytes } from '../../trace/format/writer.ts'
import { segmentEndNs, taskEndNs } from '../../trace/model/at.ts'
import { awaitGraphAt, momentIndex } from '../../trace/model/awaitGraph.ts'
import { buildModel } from '../../trace/model/build.ts'
import { coroutineName, taskName } from '../../trace/model/describe.ts'
import { matchTasks } from '../../trace/model/filter/match.ts'
import { parseFilter } from '../../trace/model/filter/parse.ts'
import { ModelJoiner } from '../../trace/model/joined/joinModels.ts'
import { together } from '../../trace/model/joined/together.ts'
import { siteStats } from '../../trace/model/siteStats.ts'
import { State, type TraceModel } from '../../trace/model/types.ts'
import { trace } from '../ascii/trace.ts'
import { laneLines } from '../webview/models.ts'

const START = 19_000n * 86_400_000_000_000n

interface Told {
  readonly pid: number
  readonly ppid?: number
  /** After the zero of all. */
  readonly atMs?: number
  readonly argv?: readonly string[]
  readonly killed?: boolean
}

/** A drawing as if the process `pid` had recorded it. */
function process(source: string, told: Told, drawing: string): { source: string; model: TraceModel } {
  const { atMs = 0, killed = false, ...ids } = told
  const ns = BigInt(atMs) * 1_000_000n
  const { header } = readTrace(
    headerBytes({
      platform: 'linux',
      argv: [`/srv/${source}.py`],
      ...ids,
      wallClockNs: String(START + ns),
      monotonicNs: String(5_000_000_000n + ns),
    }),
  )
  const model = buildModel(readTrace(trace(drawing, { killed })))
  return { source, model: { ...model, header: { ...model.header, ...header } } }
}

const join = (...traces: { source: string; model: TraceModel }[]): TraceModel => {
  const { processes, notices } = together(traces)
  return new ModelJoiner().join(processes, notices)
}

const parent = process(
  'server',
  { pid: 1 },
  `
  loop   : p             p
  main   : =#.=#..........#✓
  handle :      =#...=#✓    | by main
`,
)
const worker = process(
  'worker',
  { pid: 2, ppid: 1, atMs: 4 },
  `
  loop   : p       p
  main   : =#....=#✓
  handle :   =#.=#✓        | by main
`,
)
const all = join(parent, worker)
const idOf = (of: TraceModel, name: string, part: number): number =>
  of.joined!.tasks.part.findIndex((index, task) => task > 0 && index === part && taskName(of, task) === name)

/** What a task did, with the column where each began. */
const course = (of: TraceModel, task: number): string[] => {
  const names = Object.fromEntries(Object.entries(State).map(([name, state]) => [state, name]))
  const { first, last, startNs, state } = of.segments
  return Array.from({ length: last[task] - first[task] }, (_, i) => {
    const segment = first[task] + i
    return `${names[state[segment]]} ${startNs[segment] / 1e6}–${segmentEndNs(of, task, segment) / 1e6}`
  })
}

describe('a model of two processes', () => {
  it('has the tasks of both on one clock, each as in its own trace', () => {
    expect(all.tasks.count).toBe(4)
    expect(course(all, idOf(all, 'handle', 0))).toEqual(course(parent.model, 2))
    expect(course(all, idOf(all, 'main', 1))[0]).toBe('ready 4–5')
    expect(taskEndNs(all, idOf(all, 'main', 1))).toBe(worker.model.tasks.endedNs[1] + 4e6)
    expect(all.endNs).toBe(Math.max(parent.model.endNs, worker.model.endNs + 4e6))
  })

  it('numbers tasks as the command line does, and keeps creators and threads apart', () => {
    const { processes } = together([parent, worker]).processes
    expect(idOf(all, 'handle', 1)).toBe(2 + processes[1].taskBase)
    expect(all.tasks.parent[idOf(all, 'handle', 1)]).toBe(idOf(all, 'main', 1))
    expect([...all.joined!.streams.part]).toEqual([0, 0, 1])
    expect(all.runs.startNs[all.runs.first[2]]).toBe(worker.model.runs.startNs[worker.model.runs.first[1]] + 4e6)
  })

  it('counts a coroutine and an await site of the same code once', () => {
    const [here, there] = [idOf(all, 'handle', 0), idOf(all, 'handle', 1)]
    expect(all.tasks.coroutine[there]).toBe(all.tasks.coroutine[here])
    expect(coroutineName(all, there)).toBe('handle')
    const count = (of: TraceModel): number =>
      siteStats(of, undefined, undefined).reduce((sum, site) => sum + site.count, 0)
    expect(count(all)).toBe(count(parent.model) + count(worker.model))
    expect(siteStats(all, undefined, undefined).length).toBeLessThanOrEqual(
      siteStats(parent.model, undefined, undefined).length,
    )
  })

  it('knows of a process that was killed no more than its own trace, and of one that ended that it is gone', () => {
    const killed = process(
      'child',
      { pid: 3, ppid: 1, atMs: 2, killed: true },
      `
      main : =#...
    `,
    )
    const both = join(parent, killed)
    const task = idOf(both, 'main', 1)
    expect(taskEndNs(both, task)).toBe(killed.model.endNs + 2e6)
    const alive = (of: TraceModel): string[] => {
      const { task } = awaitGraphAt(of, momentIndex(of), parent.model.endNs - 1)
      return [...task].map((id) => `${taskName(of, id)} ${of.joined!.tasks.part[id]}`)
    }
    expect(alive(both)).toContain('main 1')
    const ended = join(
      parent,
      process(
        'child',
        { pid: 3, ppid: 1, atMs: 2 },
        `
      main : =#...
    `,
      ),
    )
    expect(alive(ended)).not.toContain('main 1')
  })

  it('is filtered by process: its program, its id, or both', () => {
    const passing = (query: string): string[] => {
      const matches = matchTasks(all, parseFilter(query))!
      return [...matches.keys()]
        .filter((task) => matches[task] === 1)
        .map((task) => `${taskName(all, task)} ${all.joined!.tasks.part[task]}`)
    }
    expect(passing('process:2')).toEqual(['main 1', 'handle 1'])
    expect(passing('process:worker.py')).toEqual(['main 1', 'handle 1'])
    expect(passing('-process:2 handle')).toEqual(['handle 0'])
  })

  it('has its lanes below their processes, each behind who started it', () => {
    expect(laneLines(all)).toEqual([
      'process server.py (1)',
      '  loop',
      '  main',
      '    handle',
      'process worker.py (2)',
      '  loop',
      '  main',
      '    handle',
    ])
  })
})

describe('joining again after the traces have grown', () => {
  it('leaves every id what it was, and gives new tasks new ones', () => {
    const joiner = new ModelJoiner()
    const before = joiner.join(
      together([
        process(
          'server',
          { pid: 1, killed: true },
          `
      main : =#...
    `,
        ),
        worker,
      ]).processes,
    )
    const [main, other] = [idOf(before, 'main', 0), idOf(before, 'handle', 1)]
    const after = joiner.join(together([parent, worker]).processes)
    expect(idOf(after, 'main', 0)).toBe(main)
    expect(idOf(after, 'handle', 1)).toBe(other)
    expect(idOf(after, 'handle', 0)).toBe(4)
    expect(course(after, 4)).toEqual(course(parent.model, 2))
  })
})

describe('traces that do not go together', () => {
  it('are named in a sentence, and the others are shown', () => {
    const blind = {
      source: 'blind.looptrace',
      model: { ...worker.model, header: { ...worker.model.header, wallClockNs: 0n } },
    }
    const { processes, notices } = together([parent, blind, worker])
    expect(processes.processes.map(({ source }) => source)).toEqual(['server', 'worker'])
    expect(notices).toEqual([
      'blind.looptrace is not shown here, for its header does not say when it was recorded: open it by itself.',
    ])
  })

  it('of another machine stand where the wall clocks have them, and that is said', () => {
    const far = { source: 'far', model: { ...worker.model, header: { ...worker.model.header, monotonicNs: 7n } } }
    const { processes, notices } = together([parent, far])
    expect(processes.processes[1].offsetNs).toBe(4e6)
    expect(notices[0]).toMatch(/^far was not recorded by the clock of server\.py \(1\)/)
  })
})
