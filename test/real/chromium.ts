import { existsSync, writeFileSync } from 'node:fs'
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { cache } from './folders.ts'
import { installOnce } from './installOnce.ts'
import { logged } from './logged.ts'
import { aptInstall, isOnPath } from './toolchain.ts'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** Arguments for a Chromium that runs unseen, without a graphics card, and asks the network for nothing. */
export const chromiumArguments = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Path of a Chromium on this machine: the one that CHROMIUM names, one on PATH, or the one that `installChromium` put into the cache.
 * `undefined` where there is none.
 */
export async function findChromium(): Promise<string | undefined> {
  const named = process.env['CHROMIUM']
  if (named) return named
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of NAMES) if (folder !== '' && (await isExecutable(join(folder, name)))) return join(folder, name)
  }
  return existsSync(join(packed, '.complete')) ? fromPackage() : undefined
}

/** Finds Chromium or installs it: with apt-get as root on Debian, else from an npm package into the cache. */
export async function installChromium(say: (line: string) => void): Promise<string> {
  const found = await findChromium()
  if (found) return found
  const logFile = join(cache, 'logs', 'chromium.log')
  if (process.getuid?.() === 0 && isOnPath('apt-get')) {
    say('Installing Chromium with apt-get')
    await aptInstall('Chromium', ['chromium'], logFile).catch((error: Error) => say(error.message))
    const installed = await findChromium()
    if (installed) return installed
  }
  say('Installing Chromium from npm')
  await installOnce(packed, async (folder) => {
    writeFileSync(join(folder, 'package.json'), '{"private":true}\n')
    const args = ['install', '--no-audit', '--no-fund', PACKAGE]
    await logged({ what: `Installing ${PACKAGE}`, command: 'npm', args, cwd: folder, logFile })
  })
  return fromPackage()
}

const PACKAGE = '@sparticuz/chromium'
const packed = join(cache, 'chromium')

async function fromPackage(): Promise<string> {
  const home = join(packed, 'node_modules', PACKAGE, 'build')
  const entry = [join(home, 'esm', 'index.js'), join(home, 'index.js')].find((path) => existsSync(path))
  if (!entry) throw new Error(`The package ${PACKAGE} has changed: its entry is not where it was. Install Chromium.`)
  const module = (await import(pathToFileURL(entry).href)) as { default: { executablePath(): Promise<string> } }
  return module.default.executablePath()
}

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
