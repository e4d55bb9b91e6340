import { memo } from '../memo.ts'
import type { Sliced } from '../slices.ts'
import type { PanelState } from '../state/panelState.ts'
import { arranger, type Arrangement } from './arrangement.ts'
import { densities, type Density } from './density.ts'
import type { LaneData } from './laneData.ts'
import { rationed } from './rationed.ts'
import { visibleRows, type Rows } from './rows.ts'
import { matchTasks } from '../../trace/model/filter/match.ts'
import { parseFilter, type FilterError } from '../../trace/model/filter/parse.ts'

/** The lanes that follow from a state, made anew only where the part of the state changed that they follow from. */
export interface LaneRows {
  rows(state: PanelState): Rows
  arrangement(state: PanelState): Arrangement
  /** Tasks that the filter lets through, undefined where there is none. */
  matches(state: PanelState): Uint8Array | undefined
  /** What is wrong with the filter. */
  filterError(state: PanelState): FilterError | undefined
  /** What the lane at a place of the current arrangement holds. */
  densityAt(place: number): Density
  /** Makes ready what the next frame needs of a trace that has grown; until `grown` says so, all is as it was. */
  prepare(state: PanelState): Sliced<void>
  /** When what a growing trace has made stale may be made anew, ms; undefined where all is up to date. */
  dueMs(): number | undefined
}

interface Matching {
  readonly matches: Uint8Array | undefined
  readonly error: FilterError | undefined
}

/** Filtering all tasks, while a trace grows, may take this share of the page's time. */
const MATCH_SHARE = 1 / 20

export function laneRows(data: LaneData): LaneRows {
  const { model } = data
  const lanes = arranger(model, () => ({ streams: data.streams, threads: data.jobs.threads }))
  const matchAnew = rationed<Matching>(MATCH_SHARE)
  let matched: (Matching & { readonly query: string }) | undefined
  const density = densities(model)
  // `grown` stands for the model, which is the same object when its trace has grown.
  let arranged: Arrangement
  const arrangement = memo(
    (_grown: number, grouping: PanelState['grouping'], sort: PanelState['sort']) =>
      (arranged = lanes.arrange(grouping, sort)),
  )
  const matching = memo((_grown: number, query: string) => {
    const found = matchAnew(
      () => {
        const filter = parseFilter(query)
        return { matches: matchTasks(model, filter), error: filter.error }
      },
      matched?.query === query ? matched : undefined,
    )
    return (matched = { ...found, query })
  })
  const rows = memo(
    (
      shown: Arrangement,
      matches: Uint8Array | undefined,
      collapsed: PanelState['collapsed'],
      opened: PanelState['opened'],
      pinned: PanelState['pinned'],
      resources: boolean,
      connections: boolean,
    ) =>
      visibleRows(shown, {
        streams: model.joined ? [] : data.streams,
        threads: model.joined ? [] : data.jobs.threads,
        objects: [
          ...new Set([
            ...(resources ? data.resources().objects : []),
            ...(connections ? data.connections().objects : []),
          ]),
        ],
        collapsed,
        opened,
        pinned,
        matches,
      }),
  )
  const arrangementOf = ({ grouping, sort, grown }: PanelState): Arrangement => arrangement(grown, grouping, sort)
  return {
    arrangement: arrangementOf,
    rows: (state) =>
      rows(
        arrangementOf(state),
        matching(state.grown, state.query).matches,
        state.collapsed,
        state.opened,
        state.pinned,
        state.resources,
        state.connections,
      ),
    matches: ({ grown, query }) => matching(grown, query).matches,
    filterError: ({ grown, query }) => matching(grown, query).error,
    densityAt: (place) => density.at(arranged, place),
    *prepare({ grouping, sort }) {
      yield* density.prepare(yield* lanes.prepare(grouping, sort))
    },
    dueMs: () => lanes.dueMs() ?? matchAnew.dueMs(),
  }
}
