import { coroutineName, taskName } from '../../trace/model/describe.ts'
import type { TraceModel } from '../../trace/model/types.ts'

/** Tasks whose name or coroutine contains the query's words, whatever the case; undefined for no words. Linear in the tasks; each distinct text is looked at once. */
export function search(model: TraceModel, query: string): Uint8Array | undefined {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return undefined
  const matches = new Uint8Array(model.tasks.count + 1)
  const lowered = new Map<string, string>()
  const lower = (text: string): string => {
    let small = lowered.get(text)
    if (small === undefined) lowered.set(text, (small = text.toLowerCase()))
    return small
  }
  for (let task = 1; task <= model.tasks.count; task++) {
    const name = lower(taskName(model, task))
    const coroutine = lower(coroutineName(model, task))
    if (words.every((word) => name.includes(word) || coroutine.includes(word))) matches[task] = 1
  }
  return matches
}
