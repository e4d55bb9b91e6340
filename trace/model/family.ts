import type { ProcessIdentity, TraceHeader } from '../format/header.ts'
import { onOneClock, type Clocks } from './clock.ts'

/** What a trace, or a process that runs, says of which process it is and which it came from. */
export type Descent = Pick<TraceHeader, 'pid' | 'ppid' | 'started' | 'ancestors'>

/**
 * For each trace the index of the one whose process it came from: the nearest ancestor that was recorded, -1 where none was. Processes in
 * between that were not (a shell, multiprocessing's server) do not matter where the recorder knew the ancestors.
 */
export function parentsOf(traces: readonly (Descent & Clocks)[]): number[] {
  const { offsetsNs, machines } = onOneClock(traces)
  const inOrder = [...traces.keys()].sort((a, b) => offsetsNs[a] - offsetsNs[b] || a - b)
  const place = new Map(inOrder.map((trace, i) => [trace, i]))
  return nearest(
    traces,
    inOrder,
    (parent, child) => machines[parent] === machines[child],
    // A process can have several traces, one after the other: what it started belongs to the one of that time.
    (candidates, child) => candidates.filter((each) => place.get(each)! < place.get(child)!).at(-1) ?? candidates[0],
    (parent, child) => place.get(parent)! < place.get(child)!,
  )
}

/** The same for processes of this machine that run. */
export const parentsOfRunning = (processes: readonly Descent[]): number[] =>
  nearest(
    processes,
    [...processes.keys()],
    () => true,
    (candidates) => candidates[0],
    () => true,
  )

/**
 * The traces that are shown together with the one at `index`, itself among them, in the order in which they began: that of the process which
 * all came from, and of all that came from it while that was written. Another trace of the same process, as pytest leaves one for each test that
 * fails, tells of another time.
 */
export function familyOf(traces: readonly (Descent & Clocks)[], index: number): number[] {
  const parents = parentsOf(traces)
  const { offsetsNs } = onOneClock(traces)
  const root = rootOf(parents, index)
  return [...traces.keys()]
    .filter((each) => rootOf(parents, each) === root)
    .sort((a, b) => offsetsNs[a] - offsetsNs[b] || a - b)
}

function rootOf(parents: readonly number[], trace: number): number {
  let root = trace
  while (parents[root] >= 0) root = parents[root]
  return root
}

/** For each trace the first one of its run: equal for all that came from one process, whose own traces can be several. */
export function rootsOf(traces: readonly (Descent & Clocks)[]): number[] {
  const parents = parentsOf(traces)
  const { machines } = onOneClock(traces)
  const firstOf = new Map<string, number>()
  return [...traces.keys()].map((trace) => {
    const root = rootOf(parents, trace)
    const { pid, started } = traces[root]
    const process = started === '' ? `trace ${root}` : `${machines[root]} ${pid} ${started}`
    if (!firstOf.has(process)) firstOf.set(process, root)
    return firstOf.get(process)!
  })
}

/** Linear in the processes and their ancestors. `isOlder` decides where only process ids are known, which are given again after a while. */
function nearest(
  processes: readonly Descent[],
  inOrder: readonly number[],
  mayBe: (parent: number, child: number) => boolean,
  choose: (candidates: readonly number[], child: number) => number | undefined,
  isOlder: (parent: number, child: number) => boolean,
): number[] {
  const byPid = new Map<number, number[]>()
  for (const index of inOrder) {
    const same = byPid.get(processes[index].pid)
    if (same) same.push(index)
    else byPid.set(processes[index].pid, [index])
  }
  const parentOf = (child: number): number => {
    const { pid, ppid, started, ancestors } = processes[child]
    for (const [i, ancestor] of (ancestors.length > 0 ? ancestors : [{ pid: ppid, started: '' }]).entries()) {
      if (ancestor.pid <= 0 || (ancestor.pid === pid && ancestor.started === started)) continue
      const candidates = (byPid.get(ancestor.pid) ?? []).filter((each) => {
        if (each === child || !mayBe(each, child)) return false
        const is = isProcess(processes[each], ancestor)
        return is ?? (i === 0 && isOlder(each, child))
      })
      const chosen = choose(candidates, child)
      if (chosen !== undefined) return chosen
    }
    return -1
  }
  return withoutRings([...processes.keys()].map(parentOf))
}

/** `undefined`: by its number it may be. */
const isProcess = ({ started }: Descent, ancestor: ProcessIdentity): boolean | undefined =>
  started === '' || ancestor.started === '' ? undefined : started === ancestor.started

/** A damaged or hostile trace can say that it came from its own child. */
function withoutRings(parents: number[]): number[] {
  const isDone = new Uint8Array(parents.length)
  for (let first = 0; first < parents.length; first++) {
    const path = new Set<number>()
    for (let at = first; at >= 0 && isDone[at] === 0; at = parents[at]) {
      path.add(at)
      if (path.has(parents[at])) parents[at] = -1
    }
    for (const each of path) isDone[each] = 1
  }
  return parents
}
