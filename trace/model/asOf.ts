import { lastAtOrBefore } from './at.ts'
import { Outcome, type Loops, type Tasks, type TraceModel } from './types.ts'

/**
 * The model as though the program had been killed at a moment: of what came later nothing is there, and what had not ended goes on.
 * A task that was created later keeps its row and has no segments. Big columns are shared with the model, or views of it; the rest is copied.
 */
export function asOf(model: TraceModel, atNs: number): TraceModel {
  const cut = cutter(atNs)
  const { scopes, levels, segments, runs } = model
  return {
    ...model,
    endNs: atNs,
    end: 'open',
    tasks: tasksAsOf(model.tasks, atNs),
    segments: { ...segments, last: lastRows(segments, atNs) },
    runs: { ...runs, last: lastRows(runs, atNs) },
    cancels: cut(model.cancels, 'atNs', ['deliveredNs']),
    uncancels: cut(model.uncancels, 'atNs'),
    holds: cut(model.holds, 'fromNs', ['untilNs']),
    levels: { ...cut(levels, 'atNs'), capacity: levels.capacity },
    scopes: { ...cut(scopes, 'openNs', ['closeNs']), children: scopes.children },
    jobs: cut(model.jobs, 'submitNs', ['beginNs', 'endNs']),
    samples: cut(model.samples, 'atNs'),
    warnings: cut(model.warnings, 'atNs'),
    threadCalls: cut(model.threadCalls, 'atNs'),
    connections: cut(model.connections, 'openNs', ['closeNs']),
    processes: cut(model.processes, 'startNs', ['endNs']),
    timers: cut(model.timers, 'setNs', ['cancelNs']),
    happenings: cut(model.happenings, 'atNs'),
    loopRuns: cut(model.loopRuns, 'startNs', ['stopNs']),
    loops: loopsAsOf(model.loops, atNs),
  }
}

type Column = Uint8Array | Uint32Array | Int32Array | Float64Array

/** Of a table in the order of its times the rows that had begun, in which an end that had not come is NaN. */
function cutter(atNs: number) {
  return <Table extends object>(table: Table, begins: keyof Table, ends: readonly (keyof Table)[] = []): Table => {
    const columns = table as unknown as Record<keyof Table, Column>
    const times = columns[begins] as Float64Array
    const rows = lastAtOrBefore(times, 0, times.length, atNs) + 1
    const names = Object.keys(columns) as (keyof Table)[]
    const shorter = names.map((name) => [name, columns[name].subarray(0, rows)] as const)
    const open = ends.map((name) => [name, notYet(columns[name].subarray(0, rows), atNs)] as const)
    return Object.fromEntries([...shorter, ...open]) as unknown as Table
  }
}

const notYet = (times: Column, atNs: number): Float64Array =>
  Float64Array.from(times, (timeNs) => (timeNs > atNs ? NaN : timeNs))

/** By owner: behind the last of its rows that had begun. */
function lastRows(rows: { first: Uint32Array; last: Uint32Array; startNs: Float64Array }, atNs: number): Uint32Array {
  return rows.last.map((last, owner) => {
    const first = rows.first[owner]
    return Math.max(first, lastAtOrBefore(rows.startNs, first, last, atNs) + 1)
  })
}

function tasksAsOf(tasks: Tasks, atNs: number): Tasks {
  return {
    ...tasks,
    endedNs: notYet(tasks.endedNs, atNs),
    outcome: tasks.outcome.map((outcome, task) => (tasks.endedNs[task] > atNs ? Outcome.unfinished : outcome)),
  }
}

function loopsAsOf(loops: Loops, atNs: number): Loops {
  const { startNs, stopNs, closeNs } = loops
  // Only the last start and stop of a loop are known: one that started again since then ran before as well.
  return { ...loops, startNs: notYet(startNs, atNs), stopNs: notYet(stopNs, atNs), closeNs: notYet(closeNs, atNs) }
}
