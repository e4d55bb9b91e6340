import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { findChromium, installChromium } from './chromium.ts'
import { ensureCodeServer } from './codeServer.ts'
import { cache } from './folders.ts'
import { isOnPath } from './toolchain.ts'
import { startServer, type Server } from './vscodeServer.ts'
import { launchBrowser, Workbench } from './workbench.ts'

export interface Opening {
  readonly folder: string
  readonly trace: string
  readonly vsix: string
  /** Where a picture goes; without it the window stays open for a person. */
  readonly screenshot: string | undefined
  readonly say: (line: string) => void
}

/** Opens folder and trace in VS Code: the user's own in a profile apart, else VS Code's server from npm. */
export async function open(opening: Opening): Promise<void> {
  if (opening.screenshot === undefined && isOnPath('code')) return openInDesktop(opening)
  const { folder, trace, vsix, screenshot, say } = opening
  const code = await ensureCodeServer(say)
  say(`Starting VS Code (code-server ${code.version})`)
  const server = await startServer({ server: code, home: join(cache, 'start', 'vscode'), vsix })
  try {
    if (screenshot !== undefined) await takePicture(server, opening, screenshot)
    else {
      say(`VS Code is at ${server.addressOf(folder)}`)
      say(`Open it in a browser and double-click ${basename(trace)}. Ctrl-C ends it.`)
      await untilInterrupted()
    }
  } finally {
    await server.stop()
  }
}

function openInDesktop({ folder, trace, vsix, say }: Opening): void {
  const home = join(cache, 'start', 'code')
  const apart = ['--user-data-dir', join(home, 'data'), '--extensions-dir', join(home, 'extensions')]
  say('Installing the extension into a profile of its own of the VS Code on the PATH')
  runCode([...apart, '--install-extension', vsix, '--force'])
  say('Opening VS Code')
  runCode([...apart, '--disable-workspace-trust', '--new-window', folder, trace])
}

function runCode(args: readonly string[]): void {
  const { status, error } = spawnSync('code', args, { stdio: 'inherit', shell: process.platform === 'win32' })
  if (status !== 0) throw new Error(`code ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`)
}

async function takePicture(server: Server, { folder, trace, say }: Opening, file: string): Promise<void> {
  if ((await findChromium()) === undefined) say('There is no Chromium yet')
  const browser = await launchBrowser(await installChromium(say))
  try {
    const workbench = await Workbench.open(browser, server.addressOf(folder))
    say(`Opening ${basename(trace)}`)
    await workbench.openFile(basename(trace))
    await workbench.lanes.nth(1).waitFor()
    say('The lanes are there')
    mkdirSync(dirname(file), { recursive: true })
    rmSync(file, { force: true })
    await workbench.page.screenshot({ path: file })
    say(`Wrote ${file}`)
  } finally {
    await browser.close()
  }
}

function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}
