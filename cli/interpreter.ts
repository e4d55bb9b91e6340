import { execFileSync } from 'node:child_process'
import { existsSync, readlinkSync } from 'node:fs'
import { delimiter, resolve } from 'node:path'
import { UsageError } from './openTrace.ts'
import { INJECT_FOLDER } from './record.ts'

const RUNTIME_FOLDER = resolve(INJECT_FOLDER, '..')

/** The environment in which a Python finds the recorder. */
export function withRecorder(): NodeJS.ProcessEnv {
  const path = process.env['PYTHONPATH']
  return { ...process.env, PYTHONPATH: path ? `${RUNTIME_FOLDER}${delimiter}${path}` : RUNTIME_FOLDER }
}

/** The program that the process runs. */
export function interpreterOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (!existsSync('/proc/self'))
      throw new UsageError(`Name the interpreter of process ${pid} with --python: this system does not tell.`)
    if (code === 'EACCES')
      throw new UsageError(
        `Process ${pid} is another user's: run \`loopscope attach\` as that user, or as the superuser.`,
      )
    throw new UsageError(`There is no process ${pid}.`)
  }
}

/** The minor version of a CPython 3; `undefined` where the command is none. */
export function pythonMinor(command: string): number | undefined {
  try {
    const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore']
    const version = execFileSync(command, ['--version'], { encoding: 'utf8', stdio, timeout: 20_000 })
    const minor = /^Python 3\.(\d+)/.exec(version)?.[1]
    return minor === undefined ? undefined : Number(minor)
  } catch {
    return undefined
  }
}
