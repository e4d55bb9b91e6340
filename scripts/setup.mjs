// What `npm start` and `npm test` need before they can begin. Plain Node, no packages: this is what brings them.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { CACHE } from './cache.mjs'
import { findInterpreters } from './interpreters.mjs'

/** Where packages are stamped with the lock file that brought them. */
const STAMP = 'node_modules/.loopscope-lock'
const PYTHON_PACKAGES = ['aiohttp>=3.9,<4', 'ruff==0.14.*']
/** What the recorder's suite records besides asyncio, on each interpreter: the newest that it takes. */
const RECORDED_PACKAGES = [
  'anyio',
  'async-timeout',
  'nest-asyncio',
  'pytest>=7',
  'pytest-asyncio',
  'pytest-xdist',
  "uvloop; sys_platform != 'win32'",
]

/** Installs the packages of package-lock.json, unless they are there. Ends the process with a sentence where that fails. */
export function ensureDependencies() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19))
    fail(`Node.js 20.19 or newer is needed, and this is ${process.versions.node}.`)
  const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex')
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lock) return
  step('Installing packages from npm')
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (status !== 0) fail('`npm ci` failed: see above. Is the npm registry reachable?')
  writeFileSync(STAMP, lock)
}

/**
 * A virtual environment of the newest CPython with what programs and checks need.
 * `{ python, aiohttp, ruff, reason }`: `aiohttp` is whether it can be imported, `ruff` a path; where one is missing, `reason` says why.
 */
export function ensurePythonEnvironment() {
  const interpreter = findInterpreters().at(-1)
  if (!interpreter)
    return { python: undefined, aiohttp: false, ruff: undefined, reason: 'no CPython 3.8 or newer was found' }
  const folder = join(CACHE, `python-${interpreter.version}`)
  const bin = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin')
  const python = join(bin, process.platform === 'win32' ? 'python.exe' : 'python')
  const stamp = join(folder, '.complete')
  const wanted = PYTHON_PACKAGES.join('\n')
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    step(`Creating a Python ${interpreter.version} environment with ${PYTHON_PACKAGES.join(', ')}`)
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(CACHE, { recursive: true })
    const problem =
      createEnvironment(interpreter.path, folder) ??
      run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PYTHON_PACKAGES])
    if (problem)
      return {
        python: interpreter.path,
        aiohttp: canImport(interpreter.path, 'aiohttp'),
        ruff: undefined,
        reason: problem,
      }
    writeFileSync(stamp, wanted)
  }
  return {
    python,
    aiohttp: true,
    ruff: join(bin, process.platform === 'win32' ? 'ruff.exe' : 'ruff'),
    reason: undefined,
  }
}

/**
 * A virtual environment of this interpreter for the recorder's suite: `{ python, reason }`, the one or the other.
 * @param interpreter as `findInterpreters` gives it
 */
export function ensureSuiteEnvironment(interpreter) {
  const folder = join(CACHE, `suite-${interpreter.version}`)
  const python = resolve(join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python'))
  const stamp = join(folder, '.complete')
  const wanted = RECORDED_PACKAGES.join('\n')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return { python }
  step(`Creating a Python ${interpreter.version} environment with ${RECORDED_PACKAGES.join(', ')}`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(CACHE, { recursive: true })
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary', 'uvloop']
  const problem = createEnvironment(interpreter.path, folder) ?? run(python, [...install, ...RECORDED_PACKAGES])
  if (problem) return { reason: problem }
  writeFileSync(stamp, wanted)
  return { python }
}

/** Says what is being done, for a person who waits. */
export function step(text) {
  console.log(`\u001b[1m·\u001b[0m ${text}`)
}

export function fail(sentence) {
  console.error(sentence)
  process.exit(2)
}

/** Debian keeps `venv` in a package of its own. */
function createEnvironment(python, folder) {
  const problem = run(python, ['-m', 'venv', folder])
  if (!problem || process.getuid?.() !== 0 || run('apt-get', ['--version'])) return problem
  step('Installing python3-venv with apt-get')
  run('apt-get', ['update'])
  run('apt-get', ['install', '-y', '--no-install-recommends', 'python3-venv'])
  rmSync(folder, { recursive: true, force: true })
  return run(python, ['-m', 'venv', folder])
}

/** Undefined where the command succeeded, else one line that says what failed. */
function run(command, args) {
  const { status, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (status === 0) return undefined
  const last = (stderr ?? '').trim().split('\n').at(-1)
  return `\`${[command, ...args].join(' ')}\` failed: ${error?.message ?? (last || `status ${status}`)}`
}

const canImport = (python, module) => spawnSync(python, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0
