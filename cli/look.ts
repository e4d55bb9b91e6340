import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TraceModel } from '../trace/model/types.ts'
import { interpreterOf, pythonMinor, withRecorder } from './interpreter.ts'
import { openTrace, UsageError } from './openTrace.ts'

/** Since when a process can be seen into. */
const OLDEST_MINOR = 14

/** What the tasks of an unrecorded process wait for, seen from outside; `undefined` where it is no CPython 3.14 or newer. Throws UsageError where it cannot be seen. */
export async function lookAt(pid: string): Promise<TraceModel | undefined> {
  const python = interpreterIfKnown(pid)
  if (python === undefined || (pythonMinor(python) ?? 0) < OLDEST_MINOR) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'loopscope-look-'))
  try {
    const file = join(folder, 'look.looptrace')
    const args = ['-m', 'loopscope', 'look', pid, '-o', file]
    const { status, stderr } = spawnSync(python, args, { encoding: 'utf8', env: withRecorder() })
    if (status !== 0) throw new UsageError(stderr.trim().replace(/^loopscope: /, ''))
    return await openTrace(file)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function interpreterIfKnown(pid: string): string | undefined {
  try {
    return interpreterOf(pid)
  } catch {
    return undefined // another user's, say: what there is to say about that, the caller knows better
  }
}
