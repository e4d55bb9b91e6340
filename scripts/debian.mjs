// CPython 3.14 for machines that have none: Debian testing's packages, unpacked into the cache, where interpreters.mjs finds them.
//
// Nothing is installed. apt fetches with lists of its own, from the mirror that the machine's apt uses, and checks signatures and hashes. The
// interpreter brings its C library along: `patchelf`, from the same packages, tells it where.
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { CACHE } from './cache.mjs'
import { debianPython, findInterpreters } from './interpreters.mjs'
import { step } from './setup.mjs'

const MINOR = 14
const VERSION = `3.${MINOR}`
const SUITE = 'testing'
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'
/** With its tests and headers, and the wheels that `venv` puts into an environment. */
const PACKAGES = [
  `python${VERSION}`,
  `libpython${VERSION}-testsuite`,
  `python${VERSION}-dev`,
  `python${VERSION}-venv`,
  'patchelf',
]
/** Where `ensurepip` looks for pip, in the interpreter's configuration. */
const WHEELS = '/usr/share/python-wheels'
/** Undefined where there is a CPython 3.14 (from here on), else one line that says why not. */
export function bringNewestPython() {
  if (findInterpreters().some(({ minor }) => minor === MINOR)) return undefined
  const reason = missing() ?? bring(debianPython(MINOR))
  return reason && `CPython ${VERSION} is not here, and could not be brought: ${reason}`
}

function missing() {
  if (process.platform !== 'linux') return 'the packages are for Linux'
  if (!['x64', 'arm64'].includes(process.arch)) return `the packages are not for ${process.arch}`
  for (const command of ['apt-get', 'dpkg'])
    if (spawnSync(command, ['--version']).error) return `this machine has no ${command}`
  if (!existsSync(KEYRING)) return `${KEYRING} is missing`
  return undefined
}

function bring({ folder, interpreter, works }) {
  const work = `${folder}.${process.pid}`
  try {
    step(`Unpacking CPython ${VERSION} from Debian's packages`)
    mkdirSync(join(work, 'lists', 'partial'), { recursive: true })
    mkdirSync(join(work, 'archives', 'partial'), { recursive: true })
    download(work)
    const packages = readdirSync(join(work, 'archives')).filter((file) => file.endsWith('.deb'))
    for (const file of packages) run('dpkg', ['-x', join(work, 'archives', file), join(work, 'root')])
    adapt(join(work, 'root'), join(folder, 'root'))
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder)
    renameSync(join(work, 'root'), join(folder, 'root'))
    run(interpreter, ['-c', 'import asyncio, ctypes, hashlib, sqlite3, ssl, test.test_asyncio'])
    writeFileSync(works, packages.sort().join('\n'))
    return undefined
  } catch (error) {
    return error.message
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Has apt fetch the packages and all that they need, as if nothing were installed. */
function download(work) {
  const mirror = debianMirror()
  writeFileSync(join(work, 'status'), '')
  writeFileSync(join(work, 'sources.list'), `deb [signed-by=${KEYRING}] ${mirror} ${SUITE} main\n`)
  const settings = {
    'Dir::State': work,
    'Dir::State::Lists': join(work, 'lists'),
    'Dir::State::status': join(work, 'status'),
    'Dir::Cache': work,
    'Dir::Cache::archives': join(work, 'archives'),
    'Dir::Etc::sourcelist': join(work, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::preferences': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    'APT::Sandbox::User': '',
    'Acquire::Retries': 1,
    'Acquire::http::Timeout': 30,
    'APT::Update::Error-Mode': 'any',
    'Debug::NoLocking': 'true',
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])
  run('apt-get', [...options, '-qq', 'update'])
  run('apt-get', [...options, '-qq', '-y', '--no-install-recommends', '--download-only', 'install', ...PACKAGES])
}

/** The mirror of the main archive that the machine's apt uses, in whichever format its sources are written. */
function debianMirror() {
  const targets = run('apt-get', [
    'indextargets',
    '--format',
    '$(REPO_URI) $(RELEASE) $(COMPONENT)',
    'Created-By: Packages',
  ])
  const entries = targets.split('\n').map((line) => line.split(' '))
  const main = entries.find(([uri, , component]) => component === 'main' && /\/debian\/?$/.test(uri))
  if (!main) throw new Error("none of apt's sources is a mirror of Debian")
  return main[0]
}

/** Makes what was unpacked at `root` work from `home`: its loader and libraries, its headers, and where `ensurepip` looks for wheels. */
function adapt(root, home) {
  const libraries = readdirSync(join(root, 'usr', 'lib')).find((name) => name.endsWith('-linux-gnu'))
  if (!libraries) throw new Error('the packages have no folder of libraries')
  const lib = join(root, 'usr', 'lib', libraries)
  const loader = readdirSync(lib).find((name) => /^ld-linux.*\.so\.\d+$/.test(name))
  if (!loader) throw new Error('the packages have no loader')
  const interpreter = join(root, 'usr', 'bin', `python${VERSION}`)
  const patchelf = (...change) =>
    run(join(lib, loader), ['--library-path', lib, join(root, 'usr', 'bin', 'patchelf'), ...change, interpreter])
  // As RPATH, since RUNPATH would not hold for what libraries load. First this, then the loader: patchelf 0.18 spoils the file the other way round.
  patchelf('--force-rpath', '--set-rpath', `$ORIGIN/../lib/${libraries}`)
  patchelf('--set-interpreter', join(home, 'usr', 'lib', libraries, loader))
  const headers = (...folders) => join(root, 'usr', 'include', ...folders, `python${VERSION}`, 'pyconfig.h')
  copyFileSync(headers(libraries), headers()) // which would look for it in the system's folder
  const library = join(root, 'usr', 'lib', `python${VERSION}`)
  for (const file of readdirSync(library).filter((name) => name.startsWith('_sysconfigdata_'))) {
    const path = join(library, file)
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(`'${WHEELS}`, `'${join(home, WHEELS)}`))
  }
}

/** What the command prints; throws one line that says what failed. */
function run(command, args) {
  const options = {
    encoding: 'utf8',
    timeout: 600_000,
    env: { ...process.env, LC_ALL: 'C', PYTHONDONTWRITEBYTECODE: '1' },
  }
  const { status, signal, stdout, stderr, error } = spawnSync(command, args, options)
  if (status === 0) return stdout
  const last = (stderr ?? '').trim().split('\n').at(-1)
  throw new Error(`\`${command} … ${args.at(-1)}\` failed: ${error?.message ?? (last || signal || `status ${status}`)}`)
}
