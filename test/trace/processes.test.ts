import { describe, expect, it } from 'vitest'
import { taskReports } from '../../trace/exports/tasks.ts'
import { findInEach, findInProcesses } from '../../trace/findings/processes.ts'
import { readTrace } from '../../trace/format/reader.ts'
import { headerBytes } from '../../trace/format/writer.ts'
import { buildModel } from '../../trace/model/build.ts'
import { joinProcesses } from '../../trace/model/processes.ts'
import type { TraceModel } from '../../trace/model/types.ts'
import { trace } from '../ascii/trace.ts'

interface Told {
  readonly pid?: number
  readonly ppid?: number
  readonly wallClockNs?: string
  readonly monotonicNs?: string
  readonly platform?: string
}

/** A trace of nothing, by what its header says. */
const empty = (source: string, told: Told): { source: string; model: TraceModel } => ({
  source,
  model: buildModel(readTrace(headerBytes({ platform: 'linux', ...told }))),
})

/** A drawing as if the process `pid` had recorded it. */
const drawn = (source: string, drawing: string, told: Told): { source: string; model: TraceModel } => {
  const model = buildModel(readTrace(trace(drawing, { killed: true })))
  return { source, model: { ...model, header: { ...model.header, ...empty('', told).model.header } } }
}

const places = (...traces: { source: string; model: TraceModel }[]): Record<string, [number, string | undefined]> => {
  const { processes } = joinProcesses(traces)
  return Object.fromEntries(
    processes.map(({ source, offsetNs, parent }) => [source, [offsetNs, processes[parent]?.source]]),
  )
}

const DAY = 86_400_000_000_000n
const wall = (ns: number): string => String(19_000n * DAY + BigInt(ns))

describe('one clock', () => {
  it('within a machine it is the monotonic one, whatever the wall clock read', () => {
    const first = empty('first', { pid: 1, wallClockNs: wall(0), monotonicNs: '5000000000' })
    const second = empty('second', { pid: 2, ppid: 1, wallClockNs: wall(90_000_000), monotonicNs: '5100000000' })
    expect(places(second, first)).toEqual({ first: [0, undefined], second: [100_000_000, 'first'] })
  })

  it('between machines it is the wall clock, and an equal process id there is another process', () => {
    const here = empty('here', { pid: 1, wallClockNs: wall(0), monotonicNs: '5000000000' })
    const there = empty('there', { pid: 7, ppid: 1, wallClockNs: wall(2_000_000_000), monotonicNs: '700' })
    expect(places(here, there)).toEqual({ here: [0, undefined], there: [2_000_000_000, undefined] })
  })

  it('a trace that knows no clock stands at the epoch, and the others keep their distance', () => {
    const blind = empty('blind', { pid: 3 })
    const first = empty('first', { pid: 1, wallClockNs: wall(0), monotonicNs: '5000000000' })
    expect(places(first, blind)['first'][0]).toBe(Number(BigInt(wall(0))))
  })

  it('a process id that was given again leads to the latest process that had it', () => {
    const at = (ns: number, ids: Told): Told => ({
      ...ids,
      wallClockNs: wall(ns),
      monotonicNs: String(10_000_000_000 + ns),
    })
    const told = places(
      empty('old', at(0, { pid: 9 })),
      empty('child of old', at(10, { pid: 20, ppid: 9 })),
      empty('new', at(500, { pid: 9, ppid: 1 })),
      empty('child of new', at(600, { pid: 21, ppid: 9 })),
    )
    expect(Object.values(told).map(([, parent]) => parent)).toEqual([undefined, 'old', undefined, 'new'])
  })

  it('of nothing is nothing', () => {
    expect(joinProcesses([])).toEqual({ processes: [], wallClockNs: 0n, endNs: 0 })
  })
})

describe('two processes', () => {
  const clock = (ms: number, pid: number): Told => ({
    pid,
    wallClockNs: wall(ms * 1e6),
    monotonicNs: String(1e12 + ms * 1e6),
  })
  const calm = drawn('calm', 'main : =#...\nlate :  =#..  | by main, awaits task main', clock(0, 1))
  const stuck = drawn('stuck', 'one : =#..  | awaits task two\ntwo :  =#.  | by one, awaits task one', clock(10, 2))

  it('have ids and times of their own kind each', () => {
    const { processes } = joinProcesses([stuck, calm])
    const tasks = processes.flatMap((process) => [...taskReports(process.model, process)])
    expect(
      tasks.map(({ id, process, name, parent, createdNs, awaits }) => [
        process,
        id,
        name,
        parent,
        createdNs / 1e6,
        awaits[0].target,
      ]),
    ).toEqual([
      [1, 1, 'main', null, 0, null],
      [1, 2, 'late', 1, 1, 1],
      [2, 3, 'one', null, 10, 4],
      [2, 4, 'two', 3, 11, 3],
    ])
    expect(new Set(tasks.map(({ loop }) => loop))).toEqual(new Set([1, 2]))
  })

  it('have their findings ranked together, with those ids and times', () => {
    const twice = drawn('also stuck', 'a : =#..  | awaits task b\nb :  =#.  | by a, awaits task a', clock(5, 3))
    const { findings, answers } = findInProcesses(joinProcesses([stuck, calm, twice]))
    expect(findings.map(({ id, process, tasks }) => [id, process, [...tasks].sort()])).toEqual([
      ['deadlock-1', 3, [3, 4]],
      ['deadlock-2', 2, [5, 6]],
    ])
    expect(findings[1].startNs).toBeGreaterThanOrEqual(10e6)
    expect(answers).toHaveLength(3)
  })

  it('have the same findings each for itself, with ids that all share, and with its own tasks and times', () => {
    const twice = drawn('also stuck', 'a : =#..  | awaits task b\nb :  =#.  | by a, awaits task a', clock(5, 3))
    const joined = joinProcesses([stuck, calm, twice])
    const each = findInEach(joined)
    expect(joined.processes.map(({ source }) => source)).toEqual(['calm', 'also stuck', 'stuck'])
    expect(each.map((findings) => findings.map(({ id, tasks }) => [id, [...tasks].sort()]))).toEqual([
      [],
      [['deadlock-1', [1, 2]]],
      [['deadlock-2', [1, 2]]],
    ])
    expect(each[2][0].startNs).toBeLessThan(10e6)
  })

  it('one alone keeps what it has', () => {
    const alone = findInProcesses(joinProcesses([stuck])).findings
    expect(alone[0]).toMatchObject({ id: 'deadlock-1', process: 2 })
    expect(Math.max(...alone[0].tasks)).toBe(2)
  })
})
