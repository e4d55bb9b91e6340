import { defaultDiffOptions, diff, type Change, type Summary } from '../trace/compare/diff.ts'
import { formatDuration } from '../trace/model/time.ts'
import { openTraces, UsageError } from './openTrace.ts'

interface Options {
  readonly json?: boolean
  readonly all?: boolean
  readonly minChange?: string
  readonly minMs?: string
}

/** Prints what changed between two traces of a program. */
export async function printDiff(before: string, after: string, options: Options): Promise<void> {
  const limits = {
    minChange: numberOf('--min-change', options.minChange, defaultDiffOptions.minChange * 100) / 100,
    minNs: numberOf('--min-ms', options.minMs, defaultDiffOptions.minNs / 1e6) * 1e6,
  }
  const all = diff(await openTraces([before]), await openTraces([after]), limits)
  const changes = options.all ? all : all.filter(({ verdict }) => verdict !== 'same')
  if (options.json) console.log(JSON.stringify(changes, null, 2))
  else console.log(changes.length === 0 ? 'Nothing changed beyond noise.' : sections(changes))
}

function numberOf(option: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise
  const number = Number(text)
  if (text.trim() === '' || !(number >= 0)) throw new UsageError(`${option} needs a number: ${option} ${otherwise}.`)
  return number
}

function sections(changes: readonly Change[]): string {
  const found = [...new Set(changes.map(({ verdict }) => verdict))]
  return found
    .map((verdict) => {
      const rows = changes.filter((change) => change.verdict === verdict)
      return [`${verdict} (${rows.length})`, ...rows.map(row)].join('\n')
    })
    .join('\n\n')
}

function row({ metric, function: name, label, file, line, before, after }: Change): string {
  const what = label === '' ? `${name || 'a coroutine'} ${metric}` : `await ${label} in ${name || '?'}`
  const where = file === '' ? '' : `, ${file}:${line}`
  const values = [
    versus('p50', before, after, ({ p50Ns }) => p50Ns),
    versus('p95', before, after, ({ p95Ns }) => p95Ns),
    versus('total', before, after, ({ totalNs }) => totalNs),
    counts(before, after),
  ]
  return `  ${what}${where}\n      ${values.join('   ')}`
}

function versus(name: string, before: Summary | null, after: Summary | null, of: (summary: Summary) => number): string {
  const [a, b] = [before && of(before), after && of(after)]
  const times = [a, b].filter((ns) => ns !== null).map(formatDuration)
  return `${name} ${times.join(' → ')}${a && b ? factor(b / a) : ''}`
}

const factor = (ratio: number): string => (ratio > 0.995 && ratio < 1.005 ? '' : ` (×${ratio.toPrecision(2)})`)

function counts(before: Summary | null, after: Summary | null): string {
  const numbers = [before, after].filter((summary) => summary !== null).map(({ count }) => count.toLocaleString('en'))
  const unfinished = after?.unfinished ?? 0
  return `${[...new Set(numbers)].join(' → ')}×${unfinished > 0 ? `, ${unfinished} unfinished` : ''}`
}
