import { Event } from '../format/schema.ts'
import { isLibraryFile, sourceLine } from '../model/describe.ts'
import { formatDuration } from '../model/time.ts'
import { RunKind, type TraceModel } from '../model/types.ts'
import { placeOf, samePlace, shortPlace } from './places.ts'
import type { Draft, Place } from './types.ts'

/** So many turns in less time than this are over before anybody could have noticed. */
export const MIN_NS = 10_000_000
/** A poll that ends so soon has not waited. */
const POLL_NS = 200_000
/** A timer that runs so soon was due as it was set, or nearly. */
const SOON_NS = 1_000_000
/** A callback that takes so little has not read, written or computed much. */
const CALLBACK_NS = 100_000
/** Of a stretch's runs one in so many may be something else: what a timer of another task brought, and not these callbacks. */
const OTHERS = 10

interface Stretch {
  readonly location: number
  readonly kind: RunKind
  readonly startNs: number
  /** Index of its latest run. */
  last: number
  endNs: number
  runs: number
  others: number
  busyNs: number
}

const NO_RUNS = { last: -1, endNs: 0, runs: 0, others: 0, busyNs: 0 }

/**
 * Callbacks that the loop calls in every iteration without ever having to wait for them: of `add_reader` and `add_writer` for a descriptor that
 * stays ready, and timers that are due as soon as they are set. Hardly anything else runs in between that they could have brought about.
 * Linear in the runs.
 */
export function spinningCallbacks(model: TraceModel, minimum: number): Draft[] {
  const { runs, timers } = model
  const longest = new Map<number, Stretch>()
  const setNs = new Map<number, number>()
  timers.run.forEach((run, row) => {
    if (run >= 0 && runs.startNs[run] - timers.setNs[row] < SOON_NS) setNs.set(run, timers.setNs[row])
  })
  for (let stream = 0; stream < runs.first.length; stream++) {
    let current: Stretch | undefined
    let polled = false
    for (let i = runs.first[stream]; i < runs.last[stream]; i++) {
      const kind = runs.kind[i] as RunKind
      if (kind === RunKind.poll) {
        polled = runs.endNs[i] - runs.startNs[i] < POLL_NS
        if (!polled) current = undefined
        continue
      }
      // A loop that has a timer due does not say that it polled. Timers that were set long ago may be due together.
      const since = current ? runs.startNs[current.last] : Infinity
      const called =
        kind === RunKind.timer ? !current || (setNs.get(i) ?? 0) >= since : polled && kind === RunKind.callback
      polled = false
      if (called && runs.subject[i] > 0 && (current?.location ?? runs.subject[i]) === runs.subject[i]) {
        current ??= { ...NO_RUNS, location: runs.subject[i], kind, startNs: runs.startNs[i] }
        current.last = i
        current.endNs = runs.endNs[i]
        current.runs++
        current.busyNs += runs.endNs[i] - runs.startNs[i]
        if (current.runs > (longest.get(current.location)?.runs ?? 0)) longest.set(current.location, current)
      } else if (current && ++current.others * OTHERS > current.runs) current = undefined
    }
  }
  return [...longest.values()].flatMap((stretch) => draftOf(model, stretch, minimum))
}

function draftOf(model: TraceModel, stretch: Stretch, minimum: number): Draft[] {
  const { location, kind, runs, startNs, endNs, busyNs, last } = stretch
  const line = sourceLine(model, location)
  if (runs < minimum || busyNs > runs * CALLBACK_NS || endNs - startNs < MIN_NS) return []
  if (line.line === 0 || isLibraryFile(line.file)) return []
  const timer = kind === RunKind.timer
  const place = timer ? setAt(model, last) : watchedAt(model, startNs)
  const why = timer
    ? `its timer${place ? `, set at ${shortPlace(place)},` : ''} is due as soon as it is set`
    : `its descriptor${place ? `, watched since ${shortPlace(place)},` : ''} stays ready, and the callback neither uses that up nor stops watching it`
  return [
    {
      kind: 'busy-loop',
      severity: 'warning',
      message: `The loop called ${line.function} ${runs.toLocaleString('en')} times in a row in ${formatDuration(endNs - startNs)} and came to do hardly anything else: ${why}.`,
      tasks: [],
      place: place ?? line,
      startNs,
      endNs,
      costNs: endNs - startNs,
      related: [{ message: 'the callback', file: line.file, line: line.line }],
    },
  ]
}

/** Where the program set the timer of a run. */
function setAt(model: TraceModel, run: number): Place | undefined {
  const { timers } = model
  const row = timers.run.lastIndexOf(run)
  return row < 0 ? undefined : placeOf(model, timers.stack[row])
}

const ADDS = new Set([1, 2])

/** Where the program began to watch descriptors, if all that it did by then was done at one line. */
function watchedAt(model: TraceModel, atNs: number): Place | undefined {
  const { happenings } = model
  let place: Place | undefined
  for (let i = 0; i < happenings.kind.length && happenings.atNs[i] <= atNs; i++) {
    if (happenings.kind[i] !== Event.WATCH || !ADDS.has(happenings.what[i])) continue
    const added = placeOf(model, happenings.where[i])
    if (place && !samePlace(place, added)) return undefined
    place = added
  }
  return place
}
