import type { NotKnown } from '../../trace/findings/notKnown.ts'
import type { Finding } from '../../trace/findings/types.ts'
import type { TraceModel } from '../../trace/model/types.ts'

/** A trace that has ended, as one page made it of its bytes, for other pages that show the same. */
export interface SharedTrace {
  /** Which file as it was when: `Begin.stamp` of the bytes that it was made of. */
  readonly stamp: string
  readonly model: TraceModel
  /** What is wrong, and what cannot be told; undefined until both were looked for. */
  readonly findings?: readonly Finding[]
  readonly unknowns?: readonly NotKnown[]
}

/**
 * VS Code gives all editors of one kind the same origin, so two panels are windows that may look into each other: the second takes the first one's model as it
 * is, without a copy. The columns are plain data that nobody changes once a trace has ended, and they stay when the page that made them is closed. Where windows
 * are kept apart, and in another window of VS Code, nothing is found and the panel reads the trace itself.
 */
const NAME = 'loopscopeTrace'
/** A window for each webview, and in it the page's own. More than anybody has open. */
const MAX_WINDOWS = 500

type Lender = Window & { [NAME]?: SharedTrace | undefined }

/** What this page lends from now on; undefined takes it back. */
export function lend(trace: SharedTrace | undefined): void {
  ;(window as Lender)[NAME] = trace
}

/** The trace with this stamp that another page has made, undefined where none has. */
export function borrowed(stamp: string): SharedTrace | undefined {
  for (const page of pages()) {
    const lent = lentBy(page)
    if (lent?.stamp === stamp) return lent
  }
  return undefined
}

function* pages(): Generator<Window> {
  const all = window.top
  for (let i = 0; all && i < Math.min(all.length, MAX_WINDOWS); i++)
    for (let j = 0; j < Math.min(all[i].length, MAX_WINDOWS); j++) if (all[i][j] !== window) yield all[i][j]
}

function lentBy(page: Window): SharedTrace | undefined {
  try {
    return (page as Lender)[NAME]
  } catch {
    return undefined // A page of another origin: not a panel of ours.
  }
}
