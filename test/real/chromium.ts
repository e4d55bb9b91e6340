import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

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

/** Path of a Chromium on this machine: the one that CHROMIUM names, one on PATH, or the one in @sparticuz/chromium. `undefined` where there is none. */
export async function findChromium(): Promise<string | undefined> {
  const named = process.env['CHROMIUM']
  if (named) return named
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of NAMES) if (folder !== '' && (await isExecutable(join(folder, name)))) return join(folder, name)
  }
  return fromPackage()
}

async function fromPackage(): Promise<string | undefined> {
  const packageName = '@sparticuz/chromium'
  try {
    const { default: chromium } = (await import(packageName)) as { default: { executablePath(): Promise<string> } }
    return await chromium.executablePath()
  } catch {
    return undefined
  }
}

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
