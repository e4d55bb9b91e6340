import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Processes } from '../trace/model/processes.ts'
import { standalone } from '../trace/panel/standalone.ts'
import { UsageError } from './openTrace.ts'

/** The panel with the traces in one file. Throws UsageError where the panel is not beside this program. */
export async function htmlPage({ processes }: Processes): Promise<Iterable<string>> {
  const parts = { script: part('panel.js'), style: part('panel.css'), worker: part('worker.js') }
  const traces = processes.map(({ source }) => ({ fileName: basename(source), bytes: readFileSync(source) }))
  return standalone(parts, traces)
}

/** A bundle that ships beside this one. */
function part(name: string): string {
  const path = fileURLToPath(new URL(name, import.meta.url))
  if (!existsSync(path))
    throw new UsageError(`A part of Loopscope is not where it should be: ${path}. Install it again.`)
  return readFileSync(path, 'utf8')
}
