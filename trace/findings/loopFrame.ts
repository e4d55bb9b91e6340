import type { TraceModel } from '../model/types.ts'
import { userFramesCached } from './places.ts'
import type { Place } from './types.ts'

/** The program's own frames of an await, outermost first. */
export function framesOutward(model: TraceModel, awaitId: number): Place[] {
  return [...userFramesCached(model, model.tables.awaits.stack[awaitId] ?? 0)].reverse()
}

const sameFunction = (a: Place, b: Place): boolean => a.function === b.function && a.file === b.file

/** How many outermost frames of two awaits are the same functions at the same lines, the last one at whatever line. */
function sharedDepth(a: readonly Place[], b: readonly Place[]): number {
  let depth = 0
  while (depth < a.length && depth < b.length && sameFunction(a[depth], b[depth])) {
    depth++
    if (a[depth - 1].line !== b[depth - 1].line) break
  }
  return depth
}

/**
 * The frame in which a task went round a loop while it awaited `during` (await ids), having awaited `before`.
 *
 * A stack does not say which of its calls were made anew: the frame that all awaits share at one line is the loop's where they part below it.
 * Where they are all alike, it is the innermost frame that was seen at another line before, so that it lived on; else the outermost
 * that is not the program's `main`.
 */
export function loopFrame(model: TraceModel, before: readonly number[], during: readonly number[]): Place | undefined {
  const stacks = during.map((awaitId) => framesOutward(model, awaitId))
  const [first] = stacks
  if (!first || first.length === 0) return undefined
  let shared = first.length
  for (const stack of stacks) {
    let depth = 0
    while (
      depth < shared &&
      depth < stack.length &&
      sameFunction(first[depth], stack[depth]) &&
      first[depth].line === stack[depth].line
    )
      depth++
    shared = depth
  }
  if (shared === 0) return first[0]
  if (stacks.some((stack) => stack.length !== shared)) return first[shared - 1]
  for (const awaitId of [...before].reverse()) {
    const depth = sharedDepth(framesOutward(model, awaitId), first)
    if (depth > 0 && depth <= shared && framesOutward(model, awaitId)[depth - 1]?.line !== first[depth - 1].line)
      return first[depth - 1]
  }
  return first[first.length > 1 && isEntry(first[0]) ? 1 : 0]
}

/** The function that a program begins with starts things; what goes round is below it. */
const isEntry = (frame: Place): boolean => /(?:^|[._])main$/.test(frame.function)

/** The innermost frame that two successive awaits share, as it stands in the second one: what the interrupted code went on to. */
export function wentOnAt(model: TraceModel, interrupted: number, next: number): Place | undefined {
  const stack = framesOutward(model, next)
  const depth = sharedDepth(framesOutward(model, interrupted), stack)
  return stack[Math.max(depth, 1) - 1]
}
