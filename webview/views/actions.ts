import type { SourceLine } from '../../trace/model/describe.ts'
import type { Lane } from '../lanes/lane.ts'

/** What the parts of the view can ask for. */
export interface Actions {
  openSource(line: SourceLine, toSide: boolean): void
  /** Selects a task and brings its lane into view; unfolds what hides it. */
  selectTask(task: number): void
  /** Selects a part of a lane (see `PanelState.selection`) and brings it into view; -1 = the lane as a whole. */
  select(lane: Lane, item: number): void
  /** Pins the lane of a lock, queue or the like to the top, and selects it. */
  showObject(object: number): void
  togglePinned(lane: Lane): void
  toggleFolded(lane: Lane): void
  openSelectedSource(toSide: boolean): void
}
