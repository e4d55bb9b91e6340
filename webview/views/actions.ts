import type { SourceLine } from '../../trace/model/describe.ts'
import type { Lane } from '../lanes/rows.ts'

/** What the parts of the view can ask for. */
export interface Actions {
  openSource(line: SourceLine, toSide: boolean): void
  /** Selects a task and brings its lane into view; unfolds what hides it. */
  selectTask(task: number): void
  /** Selects a segment (task) or run (loop) and brings it into view; -1 = the lane as a whole. */
  select(lane: Lane, item: number): void
  toggleCollapsed(task: number): void
  openSelectedSource(toSide: boolean): void
}
