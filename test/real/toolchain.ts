import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { cache } from './folders.ts'
import { installOnce } from './installOnce.ts'
import { logged } from './logged.ts'

/** A Node.js to run a server with, and what its native modules compile against. */
export interface Toolchain {
  readonly node: string
  readonly env: NodeJS.ProcessEnv
}

/** The Node.js of this major version with its headers: the running one where it fits, else the one in npm's package `node`. */
export async function ensureToolchain(nodeMajor: number, logFile: string): Promise<Toolchain> {
  await ensureCompiler(logFile)
  const running = dirname(dirname(process.execPath))
  const fits = Number(process.versions.node.split('.')[0]) === nodeMajor
  if (fits && hasHeaders(running)) return toolchain(process.execPath, running)
  const packages = await installOnce(join(cache, `node-${nodeMajor}`), async (folder) => {
    writeFileSync(join(folder, 'package.json'), '{"private":true}\n')
    await logged({
      what: `Installing Node.js ${nodeMajor} with its headers from npm`,
      command: 'npm',
      args: ['install', '--no-audit', '--no-fund', `node@${nodeMajor}`],
      cwd: folder,
      logFile,
    })
  })
  const { platform, arch } = process
  // npm puts a dependency beside `node`; where its install script runs, that script puts the same package inside it.
  const home = [join(packages, 'node_modules'), join(packages, 'node_modules', 'node', 'node_modules')]
    .flatMap((modules) => ['node', 'node-bin'].map((prefix) => join(modules, `${prefix}-${platform}-${arch}`)))
    .find(hasHeaders)
  if (!home)
    throw new Error(`The npm package node@${nodeMajor} brought no headers for ${process.platform} ${process.arch}.`)
  return toolchain(join(home, 'bin', 'node'), home)
}

const hasHeaders = (home: string): boolean => existsSync(join(home, 'include', 'node', 'node.h'))

function toolchain(node: string, home: string): Toolchain {
  const PATH = `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}`
  return { node, env: { PATH, npm_config_nodedir: home, npm_config_update_notifier: 'false' } }
}

/** VS Code's native parts are compiled on this machine: that takes a C++ compiler, make and Python. */
async function ensureCompiler(logFile: string): Promise<void> {
  if (['g++', 'make', 'python3'].every(isOnPath)) return
  if (process.getuid?.() !== 0 || !isOnPath('apt-get')) {
    throw new Error(
      'VS Code needs a C++ compiler here. Install g++, make and python3 with your package manager, then start again.',
    )
  }
  await aptInstall('a C++ compiler', ['g++', 'make', 'python3'], logFile)
}

export async function aptInstall(what: string, packages: readonly string[], logFile: string): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const step = { what: `Installing ${what} with apt-get`, command: 'apt-get', cwd: cache, env, logFile }
  await logged({ ...step, args: ['update'] })
  await logged({ ...step, args: ['install', '-y', '--no-install-recommends', ...packages] })
}

export function isOnPath(command: string): boolean {
  try {
    execFileSync('sh', ['-c', 'command -v "$0"', command], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
