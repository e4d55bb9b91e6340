import type { Host } from '../hosts/host.ts'
import type { Arrangement } from '../lanes/arrangement.ts'
import type { LaneData } from '../lanes/laneData.ts'
import type { LaneRows } from '../lanes/laneRows.ts'
import type { RowGeometry } from '../lanes/rowGeometry.ts'
import type { Rows } from '../lanes/rows.ts'
import type { ZoomHistory } from '../time/zoomHistory.ts'
import type { Store } from '../state/panelState.ts'

/** What the parts that change the view work on. */
export interface ViewContext {
  readonly data: LaneData
  readonly store: Store
  readonly host: Host
  readonly lanes: LaneRows
  readonly history: ZoomHistory
  rows(): Rows
  arrangement(): Arrangement
  geometry(): RowGeometry
  /** Says something to screen readers. */
  say(text: string): void
  /** Says what a command did where the picture does not show it, for eyes as well. */
  tell(text: string): void
}
