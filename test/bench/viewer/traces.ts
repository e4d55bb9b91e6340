import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { findInterpreters } from '../../../scripts/interpreters.mjs'
import { cache } from '../../real/folders.ts'
import { manyTasks } from '../../webview/manyTasks.ts'

export interface BenchTrace {
  readonly name: string
  readonly bytes: Uint8Array
}

export type Size = '100k' | '1M' | '10M'

/** Tasks and their steps: about three events a step. */
const GENERATED: Readonly<Record<Size, readonly [number, number]>> = {
  '100k': [1000, 34],
  '1M': [10_000, 34],
  '10M': [100_000, 34],
}
/** Rounds of `busy.py` that come to about so many events. */
const RECORDED = { '100k': 64, '1M': 640, '10M': 6400 } as const

/** One loop, 50 tasks at a time. */
export const generated = (size: Size): BenchTrace =>
  kept(`generated-${size}`, (path) => writeFileSync(path, manyTasks(...GENERATED[size])))

/** What the recorder writes of a real program: queues, locks, timers and tasks. `undefined` without an interpreter. */
export function recorded(size: Size): BenchTrace | undefined {
  const python = findInterpreters().find(({ minor }) => minor === 13) ?? findInterpreters().at(-1)
  if (!python) return undefined
  return kept(`recorded-${size}`, (path) => {
    const program = resolve('test/bench/viewer/busy.py')
    const env = { ...process.env, PYTHONPATH: resolve('runtime/python') }
    execFileSync(python.path, ['-m', 'loopscope', 'run', '-o', path, program, String(RECORDED[size])], { env })
  })
}

function kept(name: string, make: (path: string) => void): BenchTrace {
  const path = join(cache, 'bench-viewer', `${name}.looptrace`)
  if (!existsSync(path)) {
    mkdirSync(join(path, '..'), { recursive: true })
    const making = `${path}.${process.pid}`
    make(making)
    renameSync(making, path)
  }
  return { name, bytes: readFileSync(path) }
}
