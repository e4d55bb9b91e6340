// Lines of the source that was written, not of the JavaScript that runs.
import { readFileSync } from 'node:fs'
import { findSourceMap, SourceMap, type SourceMapPayload } from 'node:module'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { positions } from '../stacks.ts'

interface Position {
  readonly file: string
  readonly line: number
}

/** By script; null where a script has no map. */
const maps = new Map<string, SourceMap | null>()

/** Where a position of a running script (line and column from 1) stands in its source. The script's own path where it has no source map. */
export function originalPosition(script: string, line: number, column: number): Position {
  const file = script.startsWith('file:') ? fileURLToPath(script) : script
  let map = maps.get(file)
  if (map === undefined) maps.set(file, (map = load(file)))
  if (map === null) return { file, line }
  const entry = map.findEntry(line - 1, column - 1)
  if (!('originalSource' in entry) || entry.originalSource === undefined) return { file, line }
  const source = entry.originalSource
  return {
    file: source.startsWith('file:') ? fileURLToPath(source) : resolve(dirname(file), source),
    line: entry.originalLine + 1,
  }
}

/** Stacks of tasks tell lines of the source, too. */
export function useSourceMaps(): void {
  positions.original = originalPosition
}

function load(file: string): SourceMap | null {
  try {
    // Node knows the maps of scripts that a loader has made, where source maps are enabled.
    const known = findSourceMap(file)
    if (known) return known
    return parse(file)
  } catch {
    return null // no file (code from `eval`), or a map that is damaged: the script's own lines are the best there is
  }
}

function parse(file: string): SourceMap | null {
  const comment = /\/\/# sourceMappingURL=(\S+)\s*$/.exec(readFileSync(file, 'utf8').slice(-1_000_000))
  if (comment === null) return null
  const url = comment[1]
  const inline = /^data:application\/json[^,]*;base64,(.*)$/.exec(url)
  const json = inline
    ? Buffer.from(inline[1], 'base64').toString()
    : readFileSync(resolve(dirname(file), decodeURIComponent(url)), 'utf8')
  return new SourceMap(JSON.parse(json) as SourceMapPayload)
}
