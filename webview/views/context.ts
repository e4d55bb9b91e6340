import type { TaskTree } from '../../trace/model/tree.ts'
import type { Host } from '../hosts/host.ts'
import type { LaneData } from '../lanes/laneData.ts'
import type { RowGeometry } from '../lanes/rowGeometry.ts'
import type { Rows } from '../lanes/rows.ts'
import type { Store } from '../state/panelState.ts'

/** What the parts that change the view work on. */
export interface ViewContext {
  readonly data: LaneData
  readonly tree: TaskTree
  readonly store: Store
  readonly host: Host
  rows(): Rows
  geometry(): RowGeometry
  /** Says something to screen readers. */
  say(text: string): void
}
