import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from '../real/folders.ts'

const source = readFileSync(join(repository, 'test/programs/pipeline.py'), 'utf8').split('\n')

/** The first line of `pipeline.py` where this text stands; counts from 1. */
export const lineInPipeline = (text: string): number => source.findIndex((line) => line.includes(text)) + 1

/** Records the `pipeline.py` of this folder into its `pipeline.looptrace`, as a terminal would, and returns the trace. */
export function recordPipeline(folder: string): Buffer {
  execFileSync('python3', ['-m', 'loopscope', 'run', '-o', 'pipeline.looptrace', 'pipeline.py'], {
    cwd: folder,
    env: { ...process.env, PYTHONPATH: join(repository, 'runtime/python') },
  })
  return readFileSync(join(folder, 'pipeline.looptrace'))
}
