import { spawn, execFileSync } from 'node:child_process'
import { existsSync, readlinkSync } from 'node:fs'
import { delimiter, resolve } from 'node:path'
import { UsageError } from './openTrace.ts'
import { INJECT_FOLDER } from './record.ts'

const RUNTIME_FOLDER = resolve(INJECT_FOLDER, '..')

/**
 * Records a program that already runs: the program's own interpreter asks for it, for it has to be of the same version. What becomes of it,
 * and what it takes where it is refused, `python -m loopscope attach` says.
 */
export async function attach(
  pid: string,
  options: { output?: string; interrupt?: boolean; python?: string },
): Promise<void> {
  if (!/^[1-9]\d*$/.test(pid)) throw new UsageError(`${pid} is no process id.`)
  const python = options.python ?? interpreterOf(pid)
  if (!isPython(python))
    throw new UsageError(`Process ${pid} runs ${python}, which is no Python: name the interpreter with --python.`)
  const args = ['-m', 'loopscope', 'attach', pid]
  if (options.output !== undefined) args.push('-o', resolve(options.output))
  if (options.interrupt) args.push('--interrupt')
  const path = process.env['PYTHONPATH']
  const env = { ...process.env, PYTHONPATH: path ? `${RUNTIME_FOLDER}${delimiter}${path}` : RUNTIME_FOLDER }
  const child = spawn(python, args, { stdio: 'inherit', env })
  process.exitCode = await new Promise<number>((done, failed) => {
    child.on('error', failed)
    child.on('exit', (code) => done(code ?? 2))
  })
}

/** The program that the process runs. */
function interpreterOf(pid: string): string {
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

function isPython(command: string): boolean {
  try {
    const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore']
    return execFileSync(command, ['--version'], { encoding: 'utf8', stdio, timeout: 20_000 }).startsWith('Python 3.')
  } catch {
    return false
  }
}
