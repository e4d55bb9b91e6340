// What everything else needs and a fresh clone lacks. Plain Node.js: it runs before any dependency is there.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, openSync, closeSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { findInterpreters } from './interpreters.mjs'

const OLDEST_NODE = [20, 19]
/** Packages of the Python environment: aiohttp for the sample program, ruff for the checks. */
const PYTHON_PACKAGES = ['aiohttp', 'ruff']

export const repository = resolve(import.meta.dirname, '..')
export const cache = resolve(process.env.LOOPSCOPE_CACHE ?? join(repository, '.cache'))

/** Installs the packages of package-lock.json unless they are there. Ends the process with one sentence where that fails. */
export function ensureDependencies() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]))
    end(`Loopscope needs Node.js ${OLDEST_NODE.join('.')} or newer, and this is ${process.versions.node}.`)
  const lock = join(repository, 'package-lock.json')
  const stamp = join(repository, 'node_modules', '.loopscope-lock')
  const hash = createHash('sha256').update(readFileSync(lock)).digest('hex')
  if (isInstalled(lock, stamp, hash)) return
  console.log('Installing the packages of package-lock.json (npm ci)')
  const options = { cwd: repository, stdio: 'inherit', shell: process.platform === 'win32' }
  const { status, error } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], options)
  if (status !== 0) end(`npm ci failed${error ? ` (${error.message})` : ''}; what it says stands above.`)
  writeFileSync(stamp, hash)
}

/** True where we installed these very packages, or where somebody ran npm after the lock file was last written. */
function isInstalled(lock, stamp, hash) {
  if (existsSync(stamp)) return readFileSync(stamp, 'utf8') === hash
  const npms = join(repository, 'node_modules', '.package-lock.json')
  return existsSync(npms) && statSync(npms).mtimeMs >= statSync(lock).mtimeMs
}

/**
 * A Python environment in the cache with the packages above, made from the newest CPython found.
 * `python` is an interpreter to run programs with: the environment's, else the machine's, else undefined.
 * `hasAiohttp` and `ruff` (a path) tell what could be installed; `reason` says why something is missing.
 * @returns {Promise<{ python?: string, hasAiohttp: boolean, ruff?: string, reason?: string }>}
 */
export async function ensurePythonEnvironment() {
  const newest = findInterpreters().at(-1)
  if (!newest) return { hasAiohttp: false, reason: 'no CPython 3.8 or newer was found' }
  const home = join(cache, `python-${newest.version}`)
  const bin = (name) => join(home, ...(process.platform === 'win32' ? ['Scripts', `${name}.exe`] : ['bin', name]))
  const log = join(cache, 'logs', 'python.log')
  const stamp = join(home, '.complete')
  const wanted = PYTHON_PACKAGES.join(' ')
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    console.log(`Installing ${PYTHON_PACKAGES.join(' and ')} for Python ${newest.version}`)
    rmSync(home, { recursive: true, force: true })
    if (!logged(log, newest.path, ['-m', 'venv', home]))
      return { python: newest.path, hasAiohttp: false, reason: `python -m venv failed; its log is ${log}` }
    const missing = PYTHON_PACKAGES.filter((name) => !logged(log, bin('python'), ['-m', 'pip', 'install', name]))
    if (missing.length === 0) writeFileSync(stamp, wanted)
    else console.log(`pip could not install ${missing.join(' and ')}; its log is ${log}`)
  }
  const hasAiohttp = spawnSync(bin('python'), ['-c', 'import aiohttp'], { stdio: 'ignore' }).status === 0
  const ruff = existsSync(bin('ruff')) ? bin('ruff') : undefined
  const reason = hasAiohttp && ruff ? undefined : `pip could not install it; its log is ${log}`
  return { python: bin('python'), hasAiohttp, ...(ruff && { ruff }), ...(reason && { reason }) }
}

/** Runs a command with its output in the log; true where it went well. */
function logged(file, command, args) {
  mkdirSync(dirname(file), { recursive: true })
  const log = openSync(file, 'a')
  const { status } = spawnSync(command, args, { stdio: ['ignore', log, log] })
  closeSync(log)
  return status === 0
}

function end(sentence) {
  console.error(sentence)
  process.exit(1)
}
