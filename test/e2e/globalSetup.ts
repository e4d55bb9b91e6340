import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { findInterpreters } from '../../scripts/interpreters.mjs'
import { installChromium } from '../real/chromium.ts'
import { ensureCodeServer } from '../real/codeServer.ts'
import { cache, repository } from '../real/folders.ts'
import { startServer } from '../real/vscodeServer.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of the VS Code that all files of the suite share. */
    readonly address: string
    readonly chromium: string
    readonly python: string
    /** Where the server keeps its user's settings. */
    readonly settingsFile: string
  }
}

/** Packs the extension, installs it into a VS Code and starts that; stops it when the suite has ended. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const say = (line: string): void => console.log(`e2e: ${line}`)
  const python = findInterpreters().at(-1)?.path
  if (!python) throw new Error('The e2e suite records programs and found no CPython 3.8 or newer.')
  mkdirSync(join(cache, 'e2e'), { recursive: true })
  say('Packing the extension')
  execFileSync(process.execPath, ['scripts/package.mjs', '--quiet'], { cwd: repository, stdio: 'inherit' })
  const vsix = join(repository, 'dist', 'loopscope.vsix')
  const chromium = await installChromium(say)
  const home = join(cache, 'e2e', 'vscode')
  const settings = { 'loopscope.pythonPath': python }
  const server = await startServer({ server: await ensureCodeServer(say), home, vsix, settings })
  project.provide('address', server.address)
  project.provide('chromium', chromium)
  project.provide('python', python)
  project.provide('settingsFile', join(home, 'data', 'User', 'settings.json'))
  rmSync(join(repository, 'test-results', 'e2e'), { recursive: true, force: true })
  return () => server.stop()
}
