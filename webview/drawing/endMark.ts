import { Outcome, type TraceModel } from '../../trace/model/types.ts'
import type { PixelScale } from '../lanes/marks.ts'
import type { TextPaint } from '../renderer/renderer.ts'
import { LABEL_PAD_PX } from './scene.ts'

/** How a task ended, as its lane says it behind the end; undefined for one that did not. */
export function endMark(
  model: TraceModel,
  task: number,
): { readonly glyph: string; readonly colour: TextPaint; readonly word: string } | undefined {
  switch (model.tasks.outcome[task] as Outcome) {
    case Outcome.unfinished:
      return undefined
    case Outcome.failed:
      return { glyph: '●', colour: 'failed', word: exceptionType(model.tables.strings[model.tasks.ending[task]]) }
    case Outcome.cancelled:
      return { glyph: '✕', colour: 'cancelled', word: 'cancelled' }
    case Outcome.done:
      return { glyph: '✓', colour: 'done', word: '' }
  }
}

/** Where that begins; at the left edge for one that ended before what is visible. */
export const endMarkPx = ({ tasks }: TraceModel, { startNs, pxPerNs }: PixelScale, task: number): number =>
  Math.max((tasks.endedNs[task] - startNs) * pxPerNs, -4) + LABEL_PAD_PX

const exceptionType = (ending: string): string => /^[\w.]+/.exec(ending)?.[0] ?? 'failed'
