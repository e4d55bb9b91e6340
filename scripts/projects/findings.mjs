// Real projects whose own tests and examples are recorded for what `loopscope findings` says of them.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { findInterpreters } from '../interpreters.mjs'
import { fail, step } from '../setup.mjs'
import { environment, FOLDER, INJECT, source } from './fetch.mjs'

/** What the tests need besides the projects. Each version is given: another one's lines are other lines. */
const PACKAGES = [
  'attrs==26.1.0',
  'blockbuster==1.5.29',
  'dunamai==1.26.5',
  'httpx==0.28.1',
  'httpx2==2.16.2',
  'hypothesis==6.170.15',
  'psutil==7.2.2',
  'pytest==9.2.0',
  'pytest-aiohttp==1.1.1',
  'pytest-asyncio==1.5.0',
  'pytest-mock==3.17.0',
  'python-multipart==0.0.34',
  'itsdangerous==2.2.0',
  'Jinja2==3.1.6',
  'toolz==1.2.0',
  'trio==0.35.0',
  'trustme==1.2.1',
  'truststore==0.10.5',
]

/** `run` is what follows `python` in the folder of the project's source distribution: its tests, or an example. */
const PYTEST = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', '-o', 'addopts=', '-o', 'filterwarnings=default']
/** Tests that pytest-asyncio runs, whatever the project's own settings name. */
const ASYNCIO = ['-o', 'asyncio_mode=auto', '-o', 'asyncio_default_fixture_loop_scope=function']
const tests = (requirement, ...paths) => ({ requirement, run: [...PYTEST, ...ASYNCIO, ...paths] })
/** Tests that bring their own way to run a coroutine, as anyio's plugin. */
const ownTests = (requirement, ...paths) => ({
  requirement,
  run: [...PYTEST, '-p', 'no:asyncio', '-p', 'no:aiohttp', ...paths],
})
const PROJECTS = [
  tests('aiofiles==25.1.0', 'tests'),
  { requirement: 'aioitertools==0.13.0', run: ['-m', 'unittest', 'aioitertools.tests'] },
  tests('aiojobs==1.4.0', 'tests'),
  tests('aiolimiter==1.3.0', 'tests'),
  tests('aiosignal==1.4.0', 'tests'),
  { requirement: 'aiosqlite==0.22.1', run: ['-m', 'unittest', 'aiosqlite.tests'] },
  tests('aiostream==0.8.1', 'tests'),
  tests('aiotools==2.2.4', ...['taskgroup', 'timer', 'context', 'iter', 'func'].map((name) => `tests/test_${name}.py`)),
  ownTests('anyio==4.16.0', ...['synchronization', 'taskgroups', 'to_thread'].map((name) => `tests/test_${name}.py`)),
  tests('async-lru==2.4.0', 'tests'),
  tests('async-timeout==5.0.1', 'tests'),
  tests('asyncstdlib==3.14.0', 'unittests'),
  tests('hypercorn==0.18.0', 'tests/asyncio', 'tests/protocol'),
  tests('janus==2.0.0', 'tests/test_async.py', 'tests/test_mixed.py'),
  ownTests('starlette==1.10.0', ...['responses', 'websockets', 'background'].map((name) => `tests/test_${name}.py`)),
  tests('tenacity==9.2.1', 'tests/test_asyncio.py'),
]
/** Longer than this no project's run takes, however busy the machine. */
const TIMEOUT_MS = 15 * 60_000

const LOOPSCOPE = join(import.meta.dirname, '../../dist/loopscope.mjs')
export const JUDGEMENTS = 'test/programs/projects.json'

/**
 * What is found in each project's run: `{ name, ran, findings: [{ kind, severity, place, message, judged }] }`. `ran` is what the run said last.
 * @param names of projects, all where there are none
 */
export function findInProjects(names = []) {
  const unknown = names.filter((name) => !PROJECTS.some((project) => nameOf(project) === name))
  if (unknown.length > 0) fail(`There is no project ${unknown.join(', ')}: ${PROJECTS.map(nameOf).join(', ')}.`)
  const interpreter = findInterpreters()
    .filter(({ minor }) => minor <= 13)
    .at(-1)
  if (!interpreter) fail('No CPython up to 3.13 was found: not all of the projects run on a newer one.')
  const requirements = PROJECTS.map(({ requirement }) => requirement)
  const home = join(FOLDER, `findings-${interpreter.version}`)
  const python = environment(join(home, 'environment'), interpreter, [...requirements, ...PACKAGES])
  const judgements = JSON.parse(readFileSync(JUDGEMENTS, 'utf8'))
  return PROJECTS.filter((project) => names.length === 0 || names.includes(nameOf(project))).map((project) => {
    const folder = source(join(home, nameOf(project)), project.requirement, python)
    return { name: nameOf(project), ...record(project, folder, python, home, judgements) }
  })
}

const nameOf = ({ requirement }) => requirement.replace(/==.*/, '')

function record(project, folder, python, home, judgements) {
  const name = nameOf(project)
  const traces = join(home, 'traces', name)
  rmSync(traces, { recursive: true, force: true })
  mkdirSync(traces, { recursive: true })
  step(`${name}: its tests, recorded`)
  const { stdout, stderr, error } = spawnSync(python, project.run, {
    cwd: folder,
    env: { ...process.env, LOOPSCOPE: `${traces}/`, PYTHONPATH: INJECT, PYTHONDONTWRITEBYTECODE: '1' },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
  })
  const ran = error ? String(error.message) : (`${stderr.trim()}\n${stdout.trim()}`.trim().split('\n').at(-1) ?? '')
  // What a project's tests start besides, as interpreters that only ask for a version, says nothing of itself.
  const files = existsSync(traces) ? readdirSync(traces).map((file) => join(traces, file)) : []
  const found = spawnSync(process.execPath, [LOOPSCOPE, 'findings', '--json', ...files], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (found.status !== 0) fail(`${name}: ${found.stderr.trim() || 'its traces cannot be read'}`)
  const findings = JSON.parse(found.stdout).map(({ kind, severity, file, line, message }) => {
    const place = file === null ? null : `${placeIn(file, folder)}:${line}`
    const judged = judgements.find((each) => each.project === name && each.kind === kind && each.place === place)
    return { kind, severity, place, message, judged }
  })
  return { ran, traces: files.length, findings }
}

/** Where a file stands in the project or, of another package, in that. */
function placeIn(file, folder) {
  const own = relative(folder, file)
  if (!own.startsWith('..')) return own.replaceAll('\\', '/')
  const [, inPackages] = /site-packages[\\/](.*)$/.exec(file) ?? []
  return (inPackages ?? basename(file)).replaceAll('\\', '/')
}
