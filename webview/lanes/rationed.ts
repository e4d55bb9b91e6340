/** Work that is not worth being done each time a trace has grown. */
export interface Rationed<Result> {
  /** What the work gives, or what it gave the last time, where it has had its share. */
  (work: () => Result, last: Result | undefined): Result
  /** When the work may be done that was put off, in the page's ms; undefined where what it gave is up to date. */
  readonly dueMs: () => number | undefined
}

/** Work that takes this share of the page's time at most, and is done at once where it was never done. */
export function rationed<Result>(share: number): Rationed<Result> {
  let fromMs = 0
  let isPutOff = false
  const run = (work: () => Result, last: Result | undefined): Result => {
    const beganMs = performance.now()
    isPutOff = last !== undefined && beganMs < fromMs
    if (isPutOff) return last!
    const result = work()
    const endedMs = performance.now()
    fromMs = endedMs + (endedMs - beganMs) / share
    return result
  }
  return Object.assign(run, { dueMs: () => (isPutOff ? fromMs : undefined) })
}
