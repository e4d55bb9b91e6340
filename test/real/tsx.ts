import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cache } from './folders.ts'
import { installOnce } from './installOnce.ts'
import { logged } from './logged.ts'

/** Installs tsx, which runs TypeScript on any Node.js, into the cache, and returns its command. */
export async function installTsx(): Promise<string> {
  const folder = await installOnce(join(cache, 'tsx'), async (cwd) => {
    writeFileSync(join(cwd, 'package.json'), '{"private":true}\n')
    const args = ['install', '--no-audit', '--no-fund', 'tsx@4.23.15']
    await logged({ what: 'Installing tsx', command: 'npm', args, cwd, logFile: join(cache, 'logs', 'tsx.log') })
  })
  return join(folder, 'node_modules', '.bin', 'tsx')
}
