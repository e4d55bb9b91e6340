import type { IndexedTrace } from './traceIndexes.ts'

/** What a file's newest run says of it begins with the process that did most in it; runs stay as they are. */
export function busiestFirst<Entry extends { readonly trace: IndexedTrace; readonly file: string }>(
  entries: readonly Entry[],
): Entry[] {
  const order = new Map([...new Set(entries.map(({ trace }) => trace.family))].map((family, i) => [family, i]))
  const busy = new Map(
    entries.map((entry) => {
      const { coroutines, awaitLines } = entry.trace.index.summary
      const tasks = coroutines.reduce((sum, each) => sum + (each.file === entry.file ? each.tasks : 0), 0)
      const waits = awaitLines.reduce((sum, each) => sum + (each.file === entry.file ? each.waits : 0), 0)
      return [entry, tasks + waits]
    }),
  )
  return [...entries].sort(
    (a, b) => order.get(a.trace.family)! - order.get(b.trace.family)! || busy.get(b)! - busy.get(a)!,
  )
}

/** The entries by run, which `busiestFirst` has put together. */
export function runsOf<Entry extends { readonly trace: IndexedTrace }>(entries: readonly Entry[]): Entry[][] {
  const runs = new Map<string, Entry[]>()
  for (const entry of entries) {
    const run = runs.get(entry.trace.family)
    if (run) run.push(entry)
    else runs.set(entry.trace.family, [entry])
  }
  return [...runs.values()]
}
