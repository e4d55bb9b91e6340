import { existsSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import editors from './editors.json' with { type: 'json' }
import { cache } from './folders.ts'
import { installOnce } from './installOnce.ts'
import { logged } from './logged.ts'
import { ensureToolchain } from './toolchain.ts'

/** A code-server, which is VS Code's own workbench and extension host behind a web server. */
export interface CodeServer {
  readonly version: string
  readonly node: string
  /** The script to run with `node`. */
  readonly entry: string
}

/** Seen working, the oldest that the extension admits first. The key is the version of code-server, the value the major version of Node.js it wants. */
const NODE_MAJOR: Readonly<Record<string, number>> = editors
const [DEFAULT_VERSION] = Object.keys(editors)

/** Native modules of VS Code that the server loads; without scripts in `npm install`, they are compiled one by one. */
const NATIVE = ['@vscode/spdlog', 'native-watchdog', '@parcel/watcher', 'node-pty']

/** The major version of the Node.js that this suite's server runs on, and with it what the server starts. */
export const editorNodeMajor = (): number => NODE_MAJOR[process.env['LOOPSCOPE_CODE_SERVER'] ?? DEFAULT_VERSION]

/** Whether the suite runs in the oldest VS Code that the extension admits. */
export const isOldestEditor = (): boolean => [undefined, DEFAULT_VERSION].includes(process.env['LOOPSCOPE_CODE_SERVER'])

/** Installs the server from npm where the cache has none. `LOOPSCOPE_CODE_SERVER` names another version. */
export async function ensureCodeServer(say: (line: string) => void): Promise<CodeServer> {
  const version = process.env['LOOPSCOPE_CODE_SERVER'] ?? DEFAULT_VERSION
  const nodeMajor = NODE_MAJOR[version]
  if (nodeMajor === undefined) {
    throw new Error(`LOOPSCOPE_CODE_SERVER=${version} is not known; known are ${Object.keys(NODE_MAJOR).join(', ')}.`)
  }
  const logFile = join(cache, 'logs', `code-server-${version}.log`)
  const { node, env } = await ensureToolchain(nodeMajor, logFile)
  const folder = await installOnce(join(cache, `code-server-${version}`), async (home) => {
    const npm = (what: string, cwd: string, ...args: string[]): Promise<void> =>
      logged({ what, command: 'npm', args: [...args, '--no-audit', '--no-fund'], cwd, env, logFile })
    writeFileSync(join(home, 'package.json'), '{"private":true}\n')
    say(`Installing VS Code (code-server ${version}) from npm; once, about a minute`)
    await npm(`Installing code-server ${version}`, home, 'install', '--ignore-scripts', `code-server@${version}`)
    await npm('Compiling argon2', home, 'rebuild', '--foreground-scripts', 'argon2')
    const vscode = join(home, 'node_modules', 'code-server', 'lib', 'vscode')
    await npm("Installing VS Code's packages", vscode, 'install', '--ignore-scripts', '--omit=dev')
    for (const name of NATIVE) {
      say(`Compiling ${name}`)
      await compile(name, vscode, npm)
    }
    const archive = join(vscode, 'node_modules.asar')
    if (!existsSync(archive)) symlinkSync('node_modules', archive)
  })
  return { version, node, entry: join(folder, 'node_modules', 'code-server', 'out', 'node', 'entry.js') }
}

async function compile(
  name: string,
  vscode: string,
  npm: (what: string, cwd: string, ...args: string[]) => Promise<void>,
): Promise<void> {
  try {
    await npm(`Compiling ${name}`, vscode, 'rebuild', '--foreground-scripts', name)
  } catch (error) {
    // node-pty compiles and then stumbles over a warning that npm 11 prints into output it parses.
    const terminal = join(vscode, 'node_modules', 'node-pty', 'build', 'Release', 'pty.node')
    if (name !== 'node-pty' || !existsSync(terminal)) throw error
  }
}
