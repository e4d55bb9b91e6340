import { awaitKindNames, type AwaitKindName } from '../format/schema.ts'
import { lastAtOrBefore, segmentEndNs } from './at.ts'
import { awaitLabel, userLine, type SourceLine } from './describe.ts'
import { Outcome, State, type TraceModel } from './types.ts'

/** A place in the code where tasks waited, and what that cost. */
export interface SiteStat {
  readonly label: string
  readonly kind: AwaitKindName
  readonly line: SourceLine | undefined
  readonly count: number
  readonly totalNs: number
  readonly p50Ns: number
  readonly p95Ns: number
  readonly maxNs: number
  /** The longest wait, to go to. */
  readonly task: number
  readonly segment: number
}

/** From, and up to, not with. */
export interface TimeRange {
  readonly startNs: number
  readonly endNs: number
}

/**
 * Await sites, the dearest first, of the tasks that `matches` lets through and within a range: a wait counts with the part of it that lies
 * there. Linear in the waits concerned, and sorts them for the percentiles, which are exact (nearest rank).
 */
export function siteStats(
  model: TraceModel,
  matches: Uint8Array | undefined,
  range: TimeRange | undefined,
): SiteStat[] {
  const { siteOf, sites } = sitesOf(model)
  const count = new Uint32Array(sites.length + 1)
  forEachWait(model, matches, range, (awaitId) => void count[siteOf[awaitId] + 1]++)
  const first = count.slice()
  for (let site = 0; site < sites.length; site++) first[site + 1] += first[site]
  const lengths = new Float64Array(first[sites.length])
  const next = first.slice()
  const longest = sites.map(() => ({ ns: -1, task: 0, segment: -1 }))
  forEachWait(model, matches, range, (awaitId, ns, task, segment) => {
    const site = siteOf[awaitId]
    lengths[next[site]++] = ns
    if (ns > longest[site].ns) longest[site] = { ns, task, segment }
  })
  return sites
    .flatMap((site, i): SiteStat[] => {
      const sorted = lengths.subarray(first[i], first[i + 1]).sort()
      if (sorted.length === 0) return []
      let totalNs = 0
      for (const ns of sorted) totalNs += ns
      const rank = (share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]
      const { task, segment } = longest[i]
      return [
        {
          ...site,
          count: sorted.length,
          totalNs,
          p50Ns: rank(0.5),
          p95Ns: rank(0.95),
          maxNs: sorted[sorted.length - 1],
          task,
          segment,
        },
      ]
    })
    .sort((a, b) => b.totalNs - a.totalNs)
}

/** Awaits that look alike to a person are one site: the same label at the same line of the program. */
function sitesOf(model: TraceModel) {
  const { awaits } = model.tables
  const siteOf = new Uint32Array(awaits.kind.length)
  const sites: Pick<SiteStat, 'label' | 'kind' | 'line'>[] = []
  const known = new Map<string, number>()
  for (let awaitId = 0; awaitId < siteOf.length; awaitId++) {
    const [label, line] = [awaitLabel(model, awaitId), userLine(model, awaits.stack[awaitId])]
    const key = `${label}\n${line?.file}\n${line?.line}`
    let site = known.get(key)
    if (site === undefined) {
      known.set(key, (site = sites.length))
      sites.push({ label, kind: awaitKindNames[awaits.kind[awaitId]] ?? 'unknown', line })
    }
    siteOf[awaitId] = site
  }
  return { siteOf, sites }
}

function forEachWait(
  model: TraceModel,
  matches: Uint8Array | undefined,
  range: TimeRange | undefined,
  visit: (awaitId: number, ns: number, task: number, segment: number) => void,
): void {
  const { segments, tasks } = model
  const fromNs = range?.startNs ?? -Infinity
  const toNs = range?.endNs ?? Infinity
  for (let task = 1; task <= tasks.count; task++) {
    if (matches && matches[task] === 0) continue
    const last = segments.last[task]
    let i = segments.first[task]
    if (range && i < last) i = Math.max(i, lastAtOrBefore(segments.startNs, i, last, fromNs))
    for (; i < last && segments.startNs[i] < toNs; i++) {
      if (segments.state[i] !== State.waiting) continue
      const ns = Math.min(segmentEndNs(model, task, i), toNs) - Math.max(segments.startNs[i], fromNs)
      if (ns > 0) visit(segments.detail[i], ns, task, i)
    }
  }
}

/** Tasks that existed at some time in a range. Linear in the tasks. */
export function tasksDuring({ tasks }: TraceModel, { startNs, endNs }: TimeRange): Uint8Array {
  const found = new Uint8Array(tasks.count + 1)
  for (let task = 1; task <= tasks.count; task++) {
    const ended = tasks.outcome[task] !== Outcome.unfinished && tasks.endedNs[task] <= startNs
    if (tasks.createdNs[task] < endNs && !ended) found[task] = 1
  }
  return found
}
