import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cache, repository } from '../real/folders.ts'

/** A folder with programs, the trace of one of them, and files that are no good traces. */
export interface Workspace {
  readonly folder: string
  /** Line of the first place in `pipeline.py` where this text stands; counts from 1. */
  lineOf(text: string): number
}

export function makeWorkspace(): Workspace {
  const folder = join(cache, 'e2e-workspace')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const name of ['pipeline.py', 'blocking.py'])
    copyFileSync(join(repository, 'test/programs', name), join(folder, name))
  execFileSync('python3', ['-m', 'loopscope', 'run', '-o', 'pipeline.looptrace', 'pipeline.py'], {
    cwd: folder,
    env: { ...process.env, PYTHONPATH: join(repository, 'runtime/python') },
  })
  const write = (name: string, content: Uint8Array | string): void => writeFileSync(join(folder, name), content)
  const trace = readFileSync(join(folder, 'pipeline.looptrace'))
  const newer = Buffer.from(trace)
  newer.writeUInt16LE(99, 8)
  write('empty.looptrace', '')
  write('text.looptrace', 'this is a text\n')
  write('ff.looptrace', new Uint8Array(4096).fill(0xff))
  write('newer.looptrace', newer)
  write('cut.looptrace', trace.subarray(0, Math.floor(trace.length * 0.6)))
  write('exits.py', 'import asyncio, sys\nasyncio.run(asyncio.sleep(0.01))\nsys.exit(3)\n')
  const source = readFileSync(join(folder, 'pipeline.py'), 'utf8').split('\n')
  return { folder, lineOf: (text) => source.findIndex((line) => line.includes(text)) + 1 }
}
