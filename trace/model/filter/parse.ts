/**
 * The filter language. Terms stand side by side and all must hold:
 *
 *     filter     = { term }
 *     term       = [ "-" ] ( word | flag | key ":" value )
 *     value      = choice { "," choice } | comparison
 *     choice     = text with * for anything
 *     comparison = ( ">" | ">=" | "<" | "<=" | "=" ) number [ unit ]
 *     unit       = "ns" | "us" | "µs" | "ms" | "s" | "min"
 *
 * A word is found in a task's name or coroutine, whatever the case. Text with blanks, colons or commas stands in quotes.
 * `-` in front turns a term round: `-state:done`.
 */
export interface Filter {
  /** Those that can be read; what is wrong leaves the others as they are. */
  readonly terms: readonly Term[]
  /** The first thing that is wrong. */
  readonly error: FilterError | undefined
}

export type Comparison = '>' | '>=' | '<' | '<=' | '='

export type Term =
  | { readonly kind: 'word'; readonly not: boolean; readonly text: string }
  | { readonly kind: 'text'; readonly not: boolean; readonly key: TextKey; readonly choices: readonly string[] }
  | { readonly kind: 'state'; readonly not: boolean; readonly states: readonly StateName[] }
  | {
      readonly kind: 'number'
      readonly not: boolean
      readonly key: NumberKey
      readonly comparison: Comparison
      /** Times in ns. */
      readonly value: number
    }

/** What is wrong with a filter, and where: characters `from` up to, not with, `to`. */
export interface FilterError {
  readonly from: number
  readonly to: number
  readonly message: string
}

export const stateNames = [
  'running',
  'ready',
  'waiting',
  'unfinished',
  'done',
  'failed',
  'cancelled',
  'cancelling',
] as const
export type StateName = (typeof stateNames)[number]

/** Keys whose values are texts, each with what it means. */
export const textKeys = {
  name: "the task's name",
  coroutine: 'its coroutine function',
  file: 'the file of its coroutine',
  creator: 'the name of the task that created it',
  awaits: 'something that it ever waited for: a kind, or its label',
  error: 'the exception it failed with',
  loop: 'the number of its event loop',
  process: 'its process, of several: the id, or the program',
} as const
export type TextKey = keyof typeof textKeys

/** Keys whose values are compared. Times have units, numbers none. */
export const numberKeys = {
  wait: { isTime: true, meaning: 'its time waiting, in all' },
  run: { isTime: true, meaning: 'its time running, in all' },
  ready: { isTime: true, meaning: 'its time ready, in all' },
  duration: { isTime: true, meaning: 'from its creation to its end' },
  created: { isTime: true, meaning: 'when it was created' },
  ended: { isTime: true, meaning: 'when it ended' },
  steps: { isTime: false, meaning: 'how many steps it ran' },
  id: { isTime: false, meaning: 'its number in the trace' },
} as const
export type NumberKey = keyof typeof numberKeys

const UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9, min: 60e9 }
const isTextKey = (key: string): key is TextKey => Object.hasOwn(textKeys, key)
const isNumberKey = (key: string): key is NumberKey => Object.hasOwn(numberKeys, key)
const isState = (text: string): text is StateName => (stateNames as readonly string[]).includes(text)
export const filterKeys: readonly string[] = ['state', ...Object.keys(textKeys), ...Object.keys(numberKeys)]

/** A piece of a filter between blanks, as it is written and where. */
export interface Token {
  readonly from: number
  readonly to: number
  readonly not: boolean
  /** In small letters; empty where there is no colon. */
  readonly key: string
  readonly valueFrom: number
  /** Without quotes; `quoted` says that there were some. */
  readonly value: string
  readonly quoted: boolean
  /** The parts of the value between commas that stand outside quotes. */
  readonly choices: readonly string[]
}

/** The tokens of a filter. Never fails: a quote that is not closed ends with the text. */
export function tokens(text: string): Token[] {
  const found: Token[] = []
  let at = 0
  while (at < text.length) {
    if (/\s/.test(text[at])) {
      at++
      continue
    }
    const from = at
    const not = text[at] === '-' && at + 1 < text.length && !/\s/.test(text[at + 1])
    if (not) at++
    const key = /^([A-Za-z]+):/.exec(text.slice(at))?.[1] ?? ''
    if (key !== '') at += key.length + 1
    const valueFrom = at
    let quoted = false
    let inQuotes = false
    let choice = ''
    const choices: string[] = []
    for (; at < text.length && (inQuotes || !/\s/.test(text[at])); at++) {
      if (text[at] === '"') {
        inQuotes = !inQuotes
        quoted = true
      } else if (text[at] === ',' && !inQuotes && key !== '') {
        choices.push(choice)
        choice = ''
      } else choice += text[at]
    }
    choices.push(choice)
    found.push({ from, to: at, not, key: key.toLowerCase(), valueFrom, value: choices.join(','), quoted, choices })
  }
  return found
}

/** Reads a filter. Never fails: what cannot be read is said at its place. */
export function parseFilter(text: string): Filter {
  const terms: Term[] = []
  let error: FilterError | undefined
  for (const token of tokens(text)) {
    const term = parseTerm(token)
    if ('message' in term) error ??= term
    else terms.push(term)
  }
  return { terms, error }
}

function parseTerm(token: Token): Term | FilterError {
  const { key, value, not, quoted, choices, from, to, valueFrom } = token
  const failed = (message: string, start = valueFrom): FilterError => ({ from: start, to, message })
  if (key === '') {
    const flag = value.toLowerCase()
    if (!quoted && isState(flag)) return { kind: 'state', not, states: [flag] }
    return { kind: 'word', not, text: flag }
  }
  if (key === 'state') {
    const wrong = choices.find((choice) => !isState(choice.toLowerCase()))
    if (wrong !== undefined) return failed(`'${wrong}' is no state: ${stateNames.join(', ')}.`)
    return { kind: 'state', not, states: choices.map((choice) => choice.toLowerCase() as StateName) }
  }
  if (isTextKey(key)) {
    if (choices.some((choice) => choice === ''))
      return failed(`Say which ${key}: ${key}:abc*, * stands for anything.`, from)
    return { kind: 'text', not, key, choices: choices.map((choice) => choice.toLowerCase()) }
  }
  if (isNumberKey(key)) return parseComparison(token, key, failed)
  return {
    from,
    to: valueFrom,
    message: `There is no '${key}:'. There are ${filterKeys.join(', ')}. To find a colon, write "${key}:…".`,
  }
}

function parseComparison(
  { value, not, from }: Token,
  key: NumberKey,
  failed: (message: string, start?: number) => FilterError,
): Term | FilterError {
  const { isTime } = numberKeys[key]
  const example = isTime ? `${key}:>100ms` : `${key}:>10`
  const match = /^(>=|<=|>|<|=)?(\d+(?:\.\d+)?|\.\d+)(\D*)$/.exec(value)
  if (!match) return failed(`'${value}' is nothing to compare with: write ${example}.`, value === '' ? from : undefined)
  const [, sign = '=', number, unit] = match
  if (!isTime && unit !== '') return failed(`'${unit}' is out of place: ${key} is a number, as in ${example}.`)
  if (isTime && !Object.hasOwn(UNITS, unit)) {
    const wrong = unit === '' ? 'A time needs its unit' : `'${unit}' is no unit`
    return failed(`${wrong}: ns, µs, ms, s or min, as in ${example}.`)
  }
  return {
    kind: 'number',
    not,
    key,
    comparison: sign as Comparison,
    value: Number(number) * (isTime ? UNITS[unit] : 1),
  }
}
