import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { interpreterOf, pythonMinor, withRecorder } from './interpreter.ts'
import { UsageError } from './openTrace.ts'

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
  if (pythonMinor(python) === undefined)
    throw new UsageError(`Process ${pid} runs ${python}, which is no Python: name the interpreter with --python.`)
  const args = ['-m', 'loopscope', 'attach', pid]
  if (options.output !== undefined) args.push('-o', resolve(options.output))
  if (options.interrupt) args.push('--interrupt')
  const child = spawn(python, args, { stdio: 'inherit', env: withRecorder() })
  process.exitCode = await new Promise<number>((done, failed) => {
    child.on('error', failed)
    child.on('exit', (code) => done(code ?? 2))
  })
}
