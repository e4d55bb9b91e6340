import { spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect } from 'vitest'

/** The bundle that ships, as a user runs it. */
const bundle = resolve('dist/loopscope.mjs')

/** A folder of its own for a test file, gone when its tests are done, and `loopscope` run in it. */
export interface Terminal {
  readonly folder: string
  run(...args: string[]): SpawnSyncReturns<string>
  /** What `loopscope ARGS` prints, which must end with status 0, as JSON. */
  json<T>(...args: string[]): T
  /** Writes a file into the folder; its path. */
  write(name: string, bytes: Uint8Array | string): string
}

export function terminal(): Terminal {
  const folder = mkdtempSync(join(tmpdir(), 'loopscope-cli-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const run = (...args: string[]): SpawnSyncReturns<string> => {
    expect(existsSync(bundle), 'run `npm run build` first').toBe(true)
    return spawnSync(process.execPath, [bundle, ...args], { encoding: 'utf8', cwd: folder, maxBuffer: 1 << 30 })
  }
  return {
    folder,
    run,
    json<T>(...args: string[]): T {
      const { status, stdout, stderr } = run(...args)
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
      return JSON.parse(stdout) as T
    },
    write(name, bytes) {
      const path = join(folder, name)
      writeFileSync(path, bytes)
      return path
    },
  }
}
