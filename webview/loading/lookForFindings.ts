import { findInParts } from '../../trace/findings/index.ts'
import { notKnown, type NotKnown } from '../../trace/findings/notKnown.ts'
import type { Finding } from '../../trace/findings/types.ts'
import type { TraceModel } from '../../trace/model/types.ts'

/** Input and frames wait no longer than this, or than the longest check takes. */
const AT_ONCE_MS = 8

/**
 * Looks for what is wrong in a trace that has ended, after the frame that shows its lanes, a few checks at a time. In the worker it would have to be done
 * before the lanes are there, for the columns are only ever in one place: the first frame of 10 M events came 270 ms later, that of 1 M 75 (CPU time, load 3 on
 * two processors). Returns how to stop it.
 */
export function lookForFindings(
  model: TraceModel,
  onFound: (findings: readonly Finding[], unknowns: readonly NotKnown[]) => void,
): () => void {
  const parts = findInParts(model)
  let isStopped = false
  const later = (): void => void setTimeout(goOn)
  function goOn(): void {
    if (isStopped) return
    const untilMs = performance.now() + AT_ONCE_MS
    let part = parts.next()
    while (!part.done && performance.now() < untilMs) part = parts.next()
    if (part.done) onFound(part.value.findings, notKnown(part.value.answers))
    else later()
  }
  // A page that is hidden has no frames. What changes with the frame of the lanes, as what the browser itself draws of them, comes with the one after it.
  if (document.hidden) later()
  else requestAnimationFrame(() => requestAnimationFrame(later))
  return () => {
    isStopped = true
  }
}
