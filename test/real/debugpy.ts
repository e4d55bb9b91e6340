import { join } from 'node:path'
import { cache } from './folders.ts'
import { installOnce } from './installOnce.ts'
import { logged } from './logged.ts'

/** Installs debugpy, the debugger that VS Code's Python extension uses, into the cache and returns the folder to put on `PYTHONPATH`. */
export function installDebugpy(): Promise<string> {
  return installOnce(join(cache, 'debugpy'), (folder) =>
    logged({
      what: 'Installing debugpy',
      command: 'python3',
      args: ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', folder, 'debugpy'],
      cwd: cache,
      logFile: join(cache, 'logs', 'debugpy.log'),
    }),
  )
}
