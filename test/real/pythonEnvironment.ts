import { join } from 'node:path'
import { cache } from './folders.ts'
import { installOnce } from './installOnce.ts'
import { logged } from './logged.ts'

/** An interpreter as `scripts/interpreters.mjs` finds it. */
interface Interpreter {
  readonly path: string
  readonly version: string
}

/**
 * The interpreter of a virtual environment of its own with these packages from PyPI, made once. Undefined where it cannot be made: no `venv`, or no PyPI;
 * the log is in the cache.
 */
export async function pythonEnvironment(
  name: string,
  interpreter: Interpreter,
  packages: readonly string[],
): Promise<string | undefined> {
  const folder = join(cache, `${name}-${interpreter.version}`)
  const python = process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python')
  const logFile = join(cache, 'logs', `${name}.log`)
  const run = (command: string, ...args: string[]): Promise<void> =>
    logged({ what: `Making the Python environment ${name}`, command, args, cwd: folder, logFile })
  try {
    await installOnce(folder, async () => {
      await run(interpreter.path, '-m', 'venv', '.')
      await run(python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages)
    })
    return python
  } catch {
    return undefined
  }
}
