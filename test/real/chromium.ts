import { existsSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { cache } from './folders.ts'
import { installOnce } from './installOnce.ts'
import { logged } from './logged.ts'
import { aptInstall, isOnPath } from './toolchain.ts'

/** A Chromium that runs alone: it asks nothing of the network, of a profile, or of a graphics card. */
export const chromiumArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const ELSEWHERE = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']

/** The machine's Chromium or Chrome; `CHROMIUM` names another one. Else the one that `installChromium` put into the cache. */
export async function findChromium(): Promise<string | undefined> {
  const named = process.env['CHROMIUM']
  if (named) return named
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))
  return [...onPath, ...ELSEWHERE].find((path) => existsSync(path)) ?? (await packedChromium())
}

/** Finds Chromium or installs it: with apt-get as root on Debian, else from an npm package into the cache. */
export async function installChromium(say: (line: string) => void): Promise<string> {
  const found = await findChromium()
  if (found) return found
  const logFile = join(cache, 'logs', 'chromium.log')
  if (process.getuid?.() === 0 && isOnPath('apt-get')) {
    say('Installing Chromium with apt-get')
    await aptInstall('Chromium', ['chromium'], logFile).catch((error: Error) => say(error.message))
    const fromDebian = await findChromium()
    if (fromDebian) return fromDebian
  }
  say('Installing Chromium from npm')
  await installOnce(packed, async (folder) => {
    writeFileSync(join(folder, 'package.json'), '{"private":true}\n')
    const args = ['install', '--no-audit', '--no-fund', '@sparticuz/chromium']
    await logged({ what: 'Installing @sparticuz/chromium', command: 'npm', args, cwd: folder, logFile })
  })
  const installed = await findChromium()
  if (!installed) throw new Error('No Chromium was found and none could be installed. Install Chromium or Chrome.')
  return installed
}

const packed = join(cache, 'chromium')

async function packedChromium(): Promise<string | undefined> {
  if (!existsSync(join(packed, '.complete'))) return undefined
  const entry = join(packed, 'node_modules', '@sparticuz', 'chromium', 'build', 'esm', 'index.js')
  const legacy = join(packed, 'node_modules', '@sparticuz', 'chromium', 'build', 'index.js')
  const address = pathToFileURL(existsSync(entry) ? entry : legacy).href
  const { default: chromium } = (await import(address)) as { default: { executablePath(): Promise<string> } }
  return chromium.executablePath()
}
