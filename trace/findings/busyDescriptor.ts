import { Event } from '../format/schema.ts'
import { isLibraryFile, sourceLine } from '../model/describe.ts'
import { formatDuration } from '../model/time.ts'
import { RunKind, type TraceModel } from '../model/types.ts'
import { placeOf, samePlace, shortPlace } from './places.ts'
import type { Draft, Place } from './types.ts'

/** A poll that ends so soon has not waited. */
const POLL_NS = 200_000
/** A callback that takes so little has not read, written or computed much. */
const CALLBACK_NS = 100_000

interface Stretch {
  readonly location: number
  readonly startNs: number
  endNs: number
  runs: number
  busyNs: number
}

/**
 * Callbacks of `add_reader` and `add_writer` for a descriptor that stays ready: the loop calls them in every iteration, and nothing else runs in
 * between that they could have brought about. Linear in the runs.
 */
export function busyDescriptors(model: TraceModel, minimum: number): Draft[] {
  const { runs } = model
  const longest = new Map<number, Stretch>()
  for (let stream = 0; stream < runs.first.length; stream++) {
    let current: Stretch | undefined
    let polled = false
    for (let i = runs.first[stream]; i < runs.last[stream]; i++) {
      if (runs.kind[i] === RunKind.poll) {
        polled = runs.endNs[i] - runs.startNs[i] < POLL_NS
        if (!polled) current = undefined
        continue
      }
      if (runs.kind[i] !== RunKind.callback || runs.subject[i] === 0 || !polled) {
        current = undefined
        continue
      }
      polled = false
      if (current?.location !== runs.subject[i])
        current = { location: runs.subject[i], startNs: runs.startNs[i], endNs: 0, runs: 0, busyNs: 0 }
      current.endNs = runs.endNs[i]
      current.runs++
      current.busyNs += runs.endNs[i] - runs.startNs[i]
      if (current.runs > (longest.get(current.location)?.runs ?? 0)) longest.set(current.location, current)
    }
  }
  return [...longest.values()].flatMap((stretch) => draftOf(model, stretch, minimum))
}

function draftOf(model: TraceModel, { location, runs, startNs, endNs, busyNs }: Stretch, minimum: number): Draft[] {
  const line = sourceLine(model, location)
  if (runs < minimum || busyNs > runs * CALLBACK_NS || line.line === 0 || isLibraryFile(line.file)) return []
  const place = watchedAt(model, startNs)
  return [
    {
      kind: 'busy-loop',
      severity: 'warning',
      message: `The loop called ${line.function} ${runs.toLocaleString('en')} times in a row in ${formatDuration(endNs - startNs)} and came to do nothing else: its descriptor${place ? `, watched since ${shortPlace(place)},` : ''} stays ready, and the callback neither uses that up nor stops watching it.`,
      tasks: [],
      place: place ?? line,
      startNs,
      endNs,
      costNs: endNs - startNs,
      related: [{ message: 'the callback', file: line.file, line: line.line }],
    },
  ]
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
