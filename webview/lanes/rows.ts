import { laneAtPlace, type Arrangement } from './arrangement.ts'
import { laneKey, laneKinds, parseLaneKey, type Lane, type LaneKind } from './lane.ts'

/** The lanes that are shown, top to bottom: event loops, what is pinned, executor threads, locks and queues, then tasks as they are arranged. */
export interface Rows {
  readonly count: number
  /** How many rows stand still at the top while the rest scrolls. */
  readonly pinned: number
  /** How many rows stand before the arranged ones. */
  readonly headCount: number
  laneAt(row: number): Lane
  /** How deep a row is indented. */
  depthAt(row: number): number
  /** The place of a row's lane in the arrangement, -1 for lanes that are not part of it. */
  placeAt(row: number): number
  /** The row of a task, -1 where it is folded away or filtered out. */
  readonly rowOfTask: Int32Array
  rowOf(lane: Lane): number
  /** The row of a task, or else of the nearest lane above that it is folded into; -1 where it is filtered out. */
  rowShowing(task: number): number
  /** Tasks that match the search; undefined where there is none. Rows of others are shown only as the creators of these. */
  readonly matches: Uint8Array | undefined
  readonly matchCount: number
}

/** What of an arrangement is to be seen. */
export interface Showing {
  readonly streams: readonly number[]
  readonly threads: readonly number[]
  readonly objects: readonly number[]
  /** Keys of lanes that are folded although they start open. */
  readonly collapsed: ReadonlySet<string>
  /** Keys of lanes that are open although they start folded: those that hold many siblings. */
  readonly opened: ReadonlySet<string>
  /** Keys of lanes that stand at the top. */
  readonly pinned: readonly string[]
  /** Tasks that match the search, undefined where there is none. */
  readonly matches: Uint8Array | undefined
}

const MAX_PINNED_LOOPS = 4
/** More would leave no room for the lanes that scroll. */
export const MAX_PINS = 8

/** Linear in the lanes. */
export function visibleRows(arrangement: Arrangement, showing: Showing): Rows {
  const { streams, threads, objects, matches } = showing
  const pins = showing.pinned.flatMap((key) => parseLaneKey(key) ?? []).slice(0, MAX_PINS)
  const isPinned = new Set(pins.map(laneKey))
  const head: Lane[] = [
    ...streams.slice(0, MAX_PINNED_LOOPS).map(lane('loop')),
    ...pins,
    ...streams.slice(MAX_PINNED_LOOPS).map(lane('loop')),
    ...[...threads.map(lane('thread')), ...objects.map(lane('object'))].filter((each) => !isPinned.has(laneKey(each))),
  ]
  const places = new Int32Array(arrangement.count)
  const shown = matches && shownPlaces(arrangement, matches)
  const isFolded = foldedPlaces(arrangement, showing)
  const pinnedPlaces = placesOf(arrangement, pins)
  let [count, matchCount] = [0, 0]
  for (let place = 0; place < arrangement.count; place++) {
    const kind = laneKinds[arrangement.kind[place]]
    if (matches && kind === 'task' && matches[arrangement.id[place]] === 1) matchCount++
    // A search looks into folded lanes as well, and shows no lane that holds others for brevity's sake.
    if (shown ? shown[place] === 1 && kind !== 'fold' : true) if (!pinnedPlaces.has(place)) places[count++] = place
    if (!shown && isFolded(place)) place += arrangement.below[place]
  }
  const rowOfTask = new Int32Array(arrangement.placeOfTask.length).fill(-1)
  const rowOfOther = new Map<string, number>()
  head.forEach((each, row) => rowOfOther.set(laneKey(each), row))
  for (let i = 0; i < count; i++) {
    const place = places[i]
    const kind = laneKinds[arrangement.kind[place]]
    if (kind === 'task') rowOfTask[arrangement.id[place]] = head.length + i
    else rowOfOther.set(`${kind}-${arrangement.id[place]}`, head.length + i)
  }
  for (const [row, { kind, id }] of head.entries()) if (kind === 'task' && id < rowOfTask.length) rowOfTask[id] = row
  const rowOf = (of: Lane): number =>
    of.kind === 'task' ? (rowOfTask[of.id] ?? -1) : (rowOfOther.get(laneKey(of)) ?? -1)
  return {
    count: head.length + count,
    headCount: head.length,
    pinned: Math.min(streams.length, MAX_PINNED_LOOPS) + pins.length,
    laneAt(row) {
      if (row < head.length) return head[row]
      const place = places[row - head.length]
      return { kind: laneKinds[arrangement.kind[place]], id: arrangement.id[place] }
    },
    depthAt: (row) => (row < head.length ? 0 : arrangement.depth[places[row - head.length]]),
    placeAt(row) {
      if (row < 0) return -1
      if (row >= head.length) return places[row - head.length]
      return head[row].kind === 'task' ? arrangement.placeOfTask[head[row].id] : -1
    },
    rowOfTask,
    rowOf,
    rowShowing(task) {
      let row = rowOfTask[task] ?? -1
      if (matches) return row
      for (let place = arrangement.placeOfTask[task] ?? -1; row < 0 && place >= 0;) {
        place = arrangement.parent[place]
        if (place >= 0) row = rowOf(laneAtPlace(arrangement, place))
      }
      return row
    },
    matches,
    matchCount,
  }
}

const lane =
  (kind: LaneKind) =>
  (id: number): Lane => ({ kind, id })

const isThread = (kind: LaneKind): boolean => kind === 'loop' || kind === 'thread'

/** 1 for the places of tasks that match and for all above them. */
function shownPlaces({ count, kind, id, parent }: Arrangement, matches: Uint8Array): Uint8Array {
  const shown = new Uint8Array(count)
  for (let place = count - 1; place >= 0; place--) {
    if (laneKinds[kind[place]] === 'task' && matches[id[place]] === 1) shown[place] = 1
    if (shown[place] === 1 && parent[place] >= 0) shown[parent[place]] = 1
  }
  // The threads of a process are seen with it, as those of one alone are.
  for (let place = 0; place < count; place++) if (isThread(laneKinds[kind[place]])) shown[place] = shown[parent[place]]
  return shown
}

/** Whether what stands below a place is hidden. */
function foldedPlaces(arrangement: Arrangement, { collapsed, opened }: Showing): (place: number) => boolean {
  const { kind, id } = arrangement
  const foldKind = laneKinds.indexOf('fold')
  if (collapsed.size === 0) return (place) => kind[place] === foldKind && !opened.has(`fold-${id[place]}`)
  const taskKind = laneKinds.indexOf('task')
  const tasks = new Set(
    [...collapsed].flatMap((key) => parseLaneKey(key) ?? []).map((each) => (each.kind === 'task' ? each.id : 0)),
  )
  return (place) => {
    if (kind[place] === taskKind) return tasks.has(id[place])
    const key = `${laneKinds[kind[place]]}-${id[place]}`
    return kind[place] === foldKind ? !opened.has(key) : collapsed.has(key)
  }
}

function placesOf(arrangement: Arrangement, lanes: readonly Lane[]): Set<number> {
  const places = new Set<number>()
  const others = new Set<string>()
  for (const each of lanes) {
    if (each.kind === 'task') places.add(arrangement.placeOfTask[each.id] ?? -1)
    else others.add(laneKey(each))
  }
  if (others.size > 0) {
    const taskKind = laneKinds.indexOf('task')
    for (let place = 0; place < arrangement.count; place++) {
      if (arrangement.kind[place] === taskKind) continue
      if (others.has(`${laneKinds[arrangement.kind[place]]}-${arrangement.id[place]}`)) places.add(place)
    }
  }
  return places
}
