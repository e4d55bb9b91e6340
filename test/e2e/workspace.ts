import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inject } from 'vitest'
import { cache, repository } from '../real/folders.ts'

/** A fresh folder with copies of the sample programs and with these files. */
export function newWorkspace(name: string, files: Readonly<Record<string, Uint8Array | string>>): string {
  const folder = join(cache, 'e2e', name)
  rmSync(folder, { recursive: true, force: true })
  cpSync(join(repository, 'test', 'programs'), folder, {
    recursive: true,
    filter: (path) => !path.includes('__pycache__'),
  })
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
  return folder
}

/** Records a program of the workspace in a terminal's way and returns when it has ended. */
export function record(folder: string, program: string, trace: string): void {
  execFileSync(inject('python'), ['-m', 'loopscope', 'run', '-o', trace, program], {
    cwd: folder,
    env: { ...process.env, PYTHONPATH: join(repository, 'runtime', 'python') },
    stdio: 'ignore',
  })
}
