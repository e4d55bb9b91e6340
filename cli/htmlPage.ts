import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Processes } from '../trace/model/processes.ts'
import { standalonePage } from '../trace/panel/standalone.ts'
import { UsageError } from './openTrace.ts'

/** A multiple of three, so that the pieces' Base64 joins without padding in between. */
const PIECE_BYTES = 3 << 18

/** The panel with the trace in one file. Throws UsageError for several traces, and where the panel is not beside this program. */
export function htmlPage({ processes }: Processes): Iterable<string> {
  if (processes.length > 1) throw new UsageError('A page of format html shows one trace: name one.')
  const bytes = readFileSync(processes[0].source)
  const script = part('panel.js')
  const style = part('panel.css')
  return standalonePage({
    script,
    scriptHash: hash(script),
    style,
    styleHash: hash(style),
    worker: part('worker.js'),
    fileName: basename(processes[0].source),
    byteLength: bytes.length,
    trace: base64(gzipSync(bytes)),
  })
}

/** A bundle that ships beside this one. */
function part(name: string): string {
  const path = fileURLToPath(new URL(name, import.meta.url))
  if (!existsSync(path))
    throw new UsageError(`A part of Loopscope is not where it should be: ${path}. Install it again.`)
  return readFileSync(path, 'utf8')
}

const hash = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`

function* base64(bytes: Buffer): Generator<string> {
  for (let from = 0; from < bytes.length; from += PIECE_BYTES)
    yield bytes.subarray(from, from + PIECE_BYTES).toString('base64')
}
