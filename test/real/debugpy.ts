import { join } from 'node:path'
import { cache } from './folders.ts'
import { installOnce } from './installOnce.ts'
import { logged } from './logged.ts'

/** Installs debugpy, the debugger that VS Code's Python extension uses, into the cache and returns the folder to put on `PYTHONPATH`. */
export async function installDebugpy(): Promise<string> {
  const folder = await installOnce(join(cache, 'debugpy-packages'), async (home) => {
    const step = { what: 'Installing debugpy', cwd: cache, logFile: join(cache, 'logs', 'debugpy.log') }
    // Debian's Python has no pip of its own, but an environment has.
    const environment = join(home, 'installer')
    await logged({ ...step, command: 'python3', args: ['-m', 'venv', environment] })
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', packagesOf(home)]
    await logged({ ...step, command: join(environment, 'bin', 'python'), args: [...install, 'debugpy'] })
  })
  return packagesOf(folder)
}

const packagesOf = (home: string): string => join(home, 'packages')
