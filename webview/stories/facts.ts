import type { SourceLine } from '../../trace/model/describe.ts'

/** A piece of a sentence about the trace: plain, or a link to a line of code, to a task, or to a moment. */
export interface Part {
  readonly text: string
  readonly source?: SourceLine
  readonly task?: number
}

/** One line of details: `created   by main at 1.931 s, crawl.py:44`. */
export interface Fact {
  readonly label: string
  readonly parts: readonly Part[]
}

export const plain = (text: string): Part => ({ text })

/** `crawl.py:57`, a link to there; the whole path is for its title. Empty where nothing is known. */
export function sourceParts(line: SourceLine | undefined): Part[] {
  if (!line || line.file === '') return []
  const base = line.file.slice(Math.max(line.file.lastIndexOf('/'), line.file.lastIndexOf('\\')) + 1)
  return [{ text: line.line > 0 ? `${base}:${line.line}` : base, source: line }]
}

/** The same as lines of text, to be copied. */
export const spokenLines = (facts: readonly Fact[]): string =>
  facts.map((fact) => `${fact.label}\t${fact.parts.map((part) => part.text).join('')}`).join('\n')

/** The same as text alone, for people who listen. */
export const spoken = (facts: readonly Fact[]): string =>
  facts.map((fact) => `${fact.label} ${fact.parts.map((part) => part.text).join('')}`).join(', ')
