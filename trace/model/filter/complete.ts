import { awaitKindNames } from '../../format/schema.ts'
import { coroutineName, taskName } from '../describe.ts'
import { processLabel } from '../joined/parts.ts'
import type { TraceModel } from '../types.ts'
import { numberKeys, stateNames, textKeys, tokens, type NumberKey, type TextKey } from './parse.ts'

/** A way to go on with a filter: characters `from` up to `to` become `text`. */
export interface Completion {
  readonly from: number
  readonly to: number
  readonly text: string
  readonly meaning: string
}

const MAX_COMPLETIONS = 12
/** Tasks that are looked at for names to offer. */
const MAX_TASKS = 20_000

/** What can stand at a place of a filter. */
export function completions(model: TraceModel, text: string, at: number): Completion[] {
  const token = tokens(text).find(({ from, to }) => from < at && at <= to)
  if (!token) return []
  if (token.key === '') {
    const start = token.from + (token.not ? 1 : 0)
    const typed = text.slice(start, at).toLowerCase()
    if (typed === '') return []
    const flags = stateNames.map((name) => ({ text: name, meaning: 'state at the end' }))
    const keys = [
      { text: 'state:', meaning: 'the state in which the trace leaves it' },
      ...Object.entries(textKeys).map(([key, meaning]) => ({ text: `${key}:`, meaning })),
      ...Object.entries(numberKeys).map(([key, { meaning }]) => ({ text: `${key}:>`, meaning })),
    ]
    return offers([...keys, ...flags], typed, start, token.to)
  }
  const start = Math.max(token.valueFrom, text.lastIndexOf(',', at - 1) + 1)
  const typed = text.slice(start, at).toLowerCase().replace(/^"/, '')
  return offers(valuesOf(model, token.key), typed, start, token.to)
}

function valuesOf(model: TraceModel, key: string): { text: string; meaning: string }[] {
  const plain = (values: Iterable<string>): { text: string; meaning: string }[] =>
    [...values].filter(Boolean).map((value) => ({ text: quoted(value), meaning: '' }))
  if (key === 'state') return plain(stateNames)
  if (key === 'awaits') return plain(new Set([...model.tables.awaits.kind].map((code) => awaitKindNames[code] ?? '')))
  if (Object.hasOwn(numberKeys, key)) {
    const examples = numberKeys[key as NumberKey].isTime ? ['>1ms', '>100ms', '>1s', '<1ms'] : ['>1', '>100']
    return examples.map((text) => ({ text, meaning: numberKeys[key as NumberKey].meaning }))
  }
  if (!Object.hasOwn(textKeys, key)) return []
  if ((key as TextKey) === 'process') {
    const headers = model.joined?.parts.map(({ header }) => header) ?? [model.header]
    return headers.map((header) => ({ text: String(header.pid), meaning: processLabel(header) }))
  }
  const { tasks } = model
  const found = new Set<string>()
  for (let task = 1; task <= Math.min(tasks.count, MAX_TASKS); task++) {
    if ((key as TextKey) === 'coroutine') found.add(coroutineName(model, task).replace(/^.*\./, ''))
    if ((key as TextKey) === 'name') found.add(taskName(model, task))
    if ((key as TextKey) === 'creator' && tasks.parent[task] > 0) found.add(taskName(model, tasks.parent[task]))
  }
  return plain(found)
}

const quoted = (value: string): string => (/[\s",:]/.test(value) ? `"${value.replaceAll('"', '')}"` : value)

function offers(
  all: readonly { text: string; meaning: string }[],
  typed: string,
  from: number,
  to: number,
): Completion[] {
  const fitting = all.filter(({ text }) => {
    const small = text.toLowerCase().replace(/^"/, '')
    return small.startsWith(typed) && small !== typed
  })
  return fitting.slice(0, MAX_COMPLETIONS).map(({ text, meaning }) => ({ from, to, text, meaning }))
}
