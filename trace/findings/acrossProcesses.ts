import { objectName, taskName } from '../model/describe.ts'
import type { TracedProcess } from '../model/processes.ts'
import { formatDuration } from '../model/time.ts'
import { Outcome, State } from '../model/types.ts'
import type { Facts, Parked } from './facts.ts'
import type { Examined } from './index.ts'
import { waitsFor } from './objectWaits.ts'
import { placeOf, shortPlace } from './places.ts'
import type { FindingKind } from './registry.ts'
import type { Finding, Related } from './types.ts'

/** One process and what is found in it. */
export interface Side {
  readonly process: TracedProcess
  readonly facts: Facts
  readonly findings: readonly Finding[]
}

/** What the processes' traces prove together: findings as each side has them now, and of which finding of another process each is a consequence. */
export interface Across {
  readonly findings: readonly (readonly Finding[])[]
  readonly causes: ReadonlyMap<Finding, Finding>
}

/** After these a process goes on no more. */
const STUCK: readonly FindingKind[] = ['deadlock', 'hung-task']
const BLOCKED: readonly FindingKind[] = ['blocked-loop', 'sync-in-async']

/** Whether other processes may have been kept waiting by what a finding of this kind tells: where there is none, `acrossProcesses` adds nothing. */
export const reachesOthers = (kind: FindingKind): boolean => STUCK.includes(kind) || BLOCKED.includes(kind)

/**
 * Follows waits from one process into another: by the process id that a task started and waits for, and by the two ends of a connection, which are the same
 * numbers on both sides. Who waits so for a process that itself hangs does so because of that; whom a blocked loop kept waiting is told at the block.
 */
export function acrossProcesses(
  processes: readonly TracedProcess[],
  reports: readonly Examined[],
  hungAfterMs: number,
): Across {
  const causes = new Map<Finding, Finding>()
  let sides: readonly Side[] = processes.map((process, i) => ({ process, ...reports[i] }))
  sides = sides.map((side) => ({
    ...side,
    findings: side.findings.map((finding) => sides.reduce((each, other) => withVictims(each, side, other), finding)),
  }))
  // Who hangs for a process hangs others in turn: each round goes one process further.
  for (let round = 1; round < sides.length; round++) {
    const before = causes.size
    sides = sides.map((side) => withWaits(side, sides, causes, hungAfterMs * 1e6))
    if (causes.size === before) break
  }
  return { findings: sides.map(({ findings }) => findings), causes }
}

/** A side with what it waits for in others. Its own check may have found the same task hanging: what that waits for is better known now. */
function withWaits(side: Side, sides: readonly Side[], causes: Map<Finding, Finding>, minimumNs: number): Side {
  const explained = new Set(side.findings.filter((finding) => causes.has(finding)).flatMap(({ tasks }) => tasks))
  const waits = sides
    .flatMap((other) => (other === side ? [] : waitsForStuck(side, other, minimumNs)))
    .filter(({ finding }) => !explained.has(finding.tasks[0]))
  for (const { finding, cause } of waits) causes.set(finding, cause)
  const known = new Set(waits.flatMap(({ finding }) => finding.tasks))
  const isSame = (finding: Finding): boolean =>
    finding.kind === 'hung-task' && !causes.has(finding) && finding.tasks.some((task) => known.has(task))
  return {
    ...side,
    findings: [...waits.map(({ finding }) => finding), ...side.findings.filter((each) => !isSame(each))],
  }
}

/** The tasks of one side that, since long before its end, wait for what hangs in the other. */
function waitsForStuck(side: Side, other: Side, minimumNs: number): { finding: Finding; cause: Finding }[] {
  if (!side.facts.open) return []
  const { model } = side.process
  return [...side.facts.parked.values()].flatMap((parked) => {
    if (parked.state !== State.waiting || parked.object === 0 || model.endNs - parked.sinceNs < minimumNs) return []
    const cause = childCause(side, other, parked) ?? peerCause(side, other, parked)
    return cause ? [{ finding: hangsFor(side, other, parked, cause), cause }] : []
  })
}

/** It waits for a process that it started, to whose end something there will not let it come. */
function childCause(side: Side, other: Side, { object }: Parked): Finding | undefined {
  const { processes } = side.process.model
  const { header } = other.process.model
  const started = processes.object.some(
    (each, row) => each === object && processes.pid[row] === header.pid && Number.isNaN(processes.endNs[row]),
  )
  if (!started || header.ppid !== side.process.model.header.pid) return undefined
  return other.findings.find((finding) => lastsToTheEnd(finding, other))
}

/** It waits for what the other end of a connection should send, where a task that serves this connection hangs, or the whole loop. */
function peerCause(side: Side, other: Side, { object }: Parked): Finding | undefined {
  const serves = new Set(usersOf(other, mirrored(endsOf(side, object))))
  return other.findings.find(
    (finding) =>
      lastsToTheEnd(finding, other) &&
      serves.size > 0 &&
      (BLOCKED.includes(finding.kind) || finding.tasks.some((task) => serves.has(task))),
  )
}

/** Whether what a finding tells went on when the trace was last written, in a program that had not ended. */
function lastsToTheEnd({ kind, endNs }: Finding, { process: { model }, facts }: Side): boolean {
  return facts.open && endNs >= Math.floor(model.endNs) && reachesOthers(kind)
}

function hangsFor(side: Side, other: Side, parked: Parked, cause: Finding): Finding {
  const { model } = side.process
  const behind = [...side.facts.parked.values()].filter(({ tasks }) => tasks.includes(parked.task))
  const waiters = behind.map(({ task }) => task)
  const where = cause.file === null ? '' : ` (${shortPlace({ file: cause.file, line: cause.line ?? 0, function: '' })})`
  const chain = waiters.length > 0 ? `; behind it waits ${waiters.map((task) => taskName(model, task)).join(', ')}` : ''
  return {
    id: `across-${parked.task}`,
    kind: 'hung-task',
    severity: 'error',
    message: `${taskName(model, parked.task)} waits since ${formatDuration(model.endNs - parked.sinceNs)} for ${objectName(model, parked.object)} (${shortPlace(parked.place)}), and process ${other.process.model.header.pid}, which should end that, itself ${BLOCKED.includes(cause.kind) ? 'is blocked' : 'hangs'}${where}${chain}.`,
    tasks: [parked.task, ...waiters],
    file: parked.place?.file ?? null,
    line: parked.place?.line ?? null,
    startNs: Math.round(parked.sinceNs),
    endNs: Math.round(model.endNs),
    confidence: 'likely',
    because: [],
    related: behind.flatMap(({ task, place }) =>
      place ? [{ message: `${taskName(model, task)} waits behind it`, file: place.file, line: place.line }] : [],
    ),
    process: model.header.pid,
  }
}

/** A blocked loop, and who in the other process waited at a connection to it for most of that time. */
function withVictims(finding: Finding, side: Side, other: Side): Finding {
  if (!BLOCKED.includes(finding.kind) || other.process === side.process) return finding
  const fromNs = finding.startNs + side.process.offsetNs - other.process.offsetNs
  const untilNs = finding.endNs + side.process.offsetNs - other.process.offsetNs
  const { model } = other.process
  const mine = objectsByEnds(side)
  const related = [...objectsByEnds(other)].flatMap(([ends, objects]) => {
    if (!mine.has(mirrored(ends))) return []
    return objects
      .flatMap((object) => [...waitsFor(model, other.facts.objectWaits, object)])
      .flatMap((wait): Related[] => {
        const ns = Math.min(wait.untilNs, untilNs) - Math.max(wait.fromNs, fromNs)
        const place = placeOf(model, model.tables.awaits.stack[wait.awaitId])
        if (ns < (untilNs - fromNs) / 2 || !place) return []
        const who = `${taskName(model, wait.task)} of process ${model.header.pid}`
        return [{ message: `${who} waited ${formatDuration(ns)} for it here`, file: place.file, line: place.line }]
      })
  })
  if (related.length === 0) return finding
  return {
    ...finding,
    severity: finding.severity === 'info' ? 'warning' : finding.severity,
    related: [...finding.related, ...related.slice(0, MAX_VICTIMS)],
  }
}

const MAX_VICTIMS = 8

/** `10.0.0.7:41000 → 127.0.0.1:80`, or the arrow the other way round for a connection that was accepted. */
const ENDS = /^(\S+:\d+) ([→←]) (\S+:\d+)$/

/** How the other side calls the same connection; '' where these are no two ends. */
function mirrored(ends: string): string {
  const match = ENDS.exec(ends)
  return match ? `${match[3]} ${match[2] === '→' ? '←' : '→'} ${match[1]}` : ''
}

const endsOf = ({ process: { model } }: Side, object: number): string =>
  model.tables.strings[model.tables.objects.detail[object]] ?? ''

const known = new WeakMap<Facts, ReadonlyMap<string, readonly number[]>>()

/** The objects of a process that stand for connections, by what these are called there. */
function objectsByEnds(side: Side): ReadonlyMap<string, readonly number[]> {
  const before = known.get(side.facts)
  if (before) return before
  const byEnds = new Map<string, number[]>()
  for (const object of side.process.model.tables.objects.detail.keys()) {
    const ends = endsOf(side, object)
    if (ENDS.test(ends)) byEnds.set(ends, [...(byEnds.get(ends) ?? []), object])
  }
  known.set(side.facts, byEnds)
  return byEnds
}

/** The tasks that waited at a connection, or in whose step it opened, and that have not ended. */
function usersOf(side: Side, wanted: string): number[] {
  if (wanted === '') return []
  const { model } = side.process
  const { connections, tasks } = model
  return (objectsByEnds(side).get(wanted) ?? [])
    .flatMap((object) => [
      ...[...waitsFor(model, side.facts.objectWaits, object)].map(({ task }) => task),
      ...[...connections.object.keys()]
        .filter((row) => connections.object[row] === object)
        .map((row) => connections.by[row]),
    ])
    .filter((task) => task > 0 && tasks.outcome[task] === Outcome.unfinished)
}
