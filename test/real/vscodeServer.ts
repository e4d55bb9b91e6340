import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { CodeServer } from './codeServer.ts'
import { cache } from './folders.ts'
import { logged } from './logged.ts'

export interface Server {
  /** Where the workbench is, without the folder. */
  readonly address: string
  /** Opens the workbench on a folder. */
  addressOf(folder: string): string
  /** Writes a setting into the user's settings file, which open windows watch; `undefined` removes it. */
  changeSetting(key: string, value: unknown): Promise<void>
  stop(): Promise<void>
}

export interface ServerOptions {
  readonly server: CodeServer
  /** Holds the server's user data and extensions. */
  readonly home: string
  readonly vsix: string
  /** Further extensions to install. */
  readonly more?: readonly string[]
  readonly settings?: Readonly<Record<string, unknown>>
  /** A display language, such as `ru`; of VS Code's own strings none are translated. */
  readonly language?: string
  /** Asks of each folder whether it is to be trusted; otherwise all are. */
  readonly asksForTrust?: true
  /** A command that runs another one, with its arguments: the server is started by it. */
  readonly through?: readonly string[]
  /** Added to its environment, and so to that of the programs it starts. */
  readonly env?: Readonly<Record<string, string>>
}

const START_WITHIN_MS = 60_000
const STOP_WITHIN_MS = 5_000
/** A quiet workbench: nothing that opens by itself, takes what is typed, looks for the network, or moves. */
const QUIET = {
  'chat.disableAIFeatures': true,
  'editor.cursorBlinking': 'solid',
  'git.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'typescript.disableAutomaticTypeAcquisition': true,
  'update.mode': 'none',
  // Newer versions show settings and walkthroughs over the window, older ones have tabs only.
  'workbench.editor.useModal': 'off',
  'workbench.enableExperiments': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
}

/** Installs the vsix into a fresh server of its own and starts it on a free port of this machine. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { server, home, vsix, more = [], settings, language, through = [], env } = options
  rmSync(home, { recursive: true, force: true })
  mkdirSync(join(home, 'data', 'User'), { recursive: true })
  writeFileSync(join(home, 'data', 'User', 'settings.json'), JSON.stringify({ ...QUIET, ...settings }, null, 2))
  writeFileSync(join(home, 'config.yaml'), 'auth: none\ncert: false\n')
  const folders = ['--user-data-dir', join(home, 'data'), '--extensions-dir', join(home, 'extensions')]
  const base = [server.entry, '--config', join(home, 'config.yaml'), ...folders]
  const logFile = join(cache, 'logs', 'server.log')
  await logged({
    what: 'Installing the extension into VS Code',
    command: server.node,
    args: [...base, ...[vsix, ...more].flatMap((file) => ['--install-extension', file])],
    cwd: home,
    logFile,
  })
  const address = `http://127.0.0.1:${await freePort()}`
  const flags = ['--auth', 'none', '--bind-addr', address.slice('http://'.length), '--disable-telemetry']
  const quiet = ['--disable-update-check', '--disable-getting-started-override']
  const trust = options.asksForTrust ? [] : ['--disable-workspace-trust']
  if (language) registerLanguage(join(home, 'data'), language)
  const locale = language ? ['--locale', language] : []
  const command = [...through, server.node, ...base, ...flags, ...quiet, ...trust, ...locale]
  // What it starts finds the Node.js that it runs on itself. As where it is started by `code .`, it takes this environment and asks no login shell for another.
  const PATH = `${dirname(server.node)}${delimiter}${process.env['PATH'] ?? ''}`
  const stop = launch(command, home, logFile, { PATH, VSCODE_CLI: '1', ...env })
  try {
    await untilHealthy(address, logFile)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    address,
    addressOf: (folder) => `${address}/?folder=${encodeURIComponent(folder)}`,
    changeSetting: (key, value) => changeSetting(join(home, 'data', 'User', 'settings.json'), key, value),
    stop,
  }
}

/** As VS Code notes it when a language pack is installed. The pack is empty: an extension brings its own strings. */
function registerLanguage(data: string, language: string): void {
  const file = join(data, `${language}.json`)
  writeFileSync(file, JSON.stringify({ version: '1.0.0', contents: {} }))
  const extensions = [{ extensionIdentifier: { id: `loopscope.${language}` }, version: '0.0.1' }]
  const pack = { hash: language, label: language, extensions, translations: { vscode: file } }
  writeFileSync(join(data, 'languagepacks.json'), JSON.stringify({ [language]: pack }))
}

/** The server starts processes of its own, so it leads a process group, and the group is what is ended. */
function launch(
  [executable, ...args]: readonly string[],
  cwd: string,
  logFile: string,
  env: NodeJS.ProcessEnv = {},
): () => Promise<void> {
  const log = openSync(logFile, 'a')
  const child = spawn(executable, args, {
    cwd,
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, ...env },
  })
  closeSync(log)
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const end = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal)
    } catch {
      // It has ended already.
    }
  }
  const onExit = (): void => end('SIGTERM')
  process.once('exit', onExit)
  return async () => {
    process.removeListener('exit', onExit)
    end('SIGTERM')
    await Promise.race([exited, pause(STOP_WITHIN_MS, undefined, { ref: false })])
    end('SIGKILL')
  }
}

async function changeSetting(file: string, key: string, value: unknown): Promise<void> {
  const settings = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>
  await writeFile(file, JSON.stringify({ ...settings, [key]: value }, null, 2))
}

async function untilHealthy(address: string, logFile: string): Promise<void> {
  const deadline = Date.now() + START_WITHIN_MS
  while (Date.now() < deadline) {
    const isUp = await fetch(`${address}/healthz`).then(
      (response) => response.ok,
      () => false,
    )
    if (isUp) return
    await pause(100)
  }
  throw new Error(`VS Code did not start within ${START_WITHIN_MS / 1000} s; its log is ${logFile}`)
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}
