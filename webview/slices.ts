/** Work in steps of about a millisecond, so that it need not be done at once: input and frames may have their turn at each `yield`. */
export type Sliced<Result> = Generator<undefined, Result, undefined>

/** Does all of it now. */
export function atOnce<Result>(work: Sliced<Result>): Result {
  let step = work.next()
  while (!step.done) step = work.next()
  return step.value
}

/** The same work, and how long it has taken so far without what came between. */
export function timed<Result>(work: Sliced<Result>): { work: Sliced<Result>; tookMs(): number } {
  let tookMs = 0
  function* steps(): Sliced<Result> {
    for (;;) {
      const beganMs = performance.now()
      const step = work.next()
      tookMs += performance.now() - beganMs
      if (step.done) return step.value
      yield
    }
  }
  return { work: steps(), tookMs: () => tookMs }
}

/** Does it for so long at a time, and says what came of it and how long the page had to work for that. Returns how to stop it. */
export function inSlices<Result>(
  work: Sliced<Result>,
  atOnceMs: number,
  onDone: (result: Result, tookMs: number) => void,
): () => void {
  const { work: steps, tookMs } = timed(work)
  let timer: ReturnType<typeof setTimeout> | undefined
  function goOn(): void {
    const untilMs = performance.now() + atOnceMs
    let step = steps.next()
    while (!step.done && performance.now() < untilMs) step = steps.next()
    if (step.done) onDone(step.value, tookMs())
    else timer = setTimeout(goOn)
  }
  goOn()
  return () => clearTimeout(timer)
}
