// `npm run test:projects [-- NAME… PATH…]`: the own test suites of real projects, with and without the recorder.
//
// The tests come from each project's source distribution, the project itself from its wheel. A test that fails only with the recorder is run once more
// both ways, alone, before it counts: suites of network libraries have tests that depend on the machine's load.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environment, FOLDER, INJECT, source } from './projects/fetch.mjs'
import { failedIn, outcomes } from './projects/junit.mjs'
import { findInterpreters } from './interpreters.mjs'
import { fail, step } from './setup.mjs'
import { buildAccelerator } from './suites/python.mjs'

/**
 * `tests` are paths in the source distribution; `packages` what they need besides the project; `sources` are folders of the distribution that would stand
 * before the installed project.
 */
const PROJECTS = [
  {
    name: 'anyio',
    requirement: 'anyio==4.16.0',
    tests: ['tests'],
    options: ['-m', 'not network', '-k', 'not trio'],
    packages: [
      'blockbuster',
      'hypothesis',
      'psutil',
      'pytest',
      'pytest-mock',
      'pytest-timeout',
      'trustme',
      'truststore',
      'uvloop',
    ],
  },
  {
    name: 'aiohttp',
    requirement: 'aiohttp==3.14.5',
    tests: ['tests'],
    // Benchmarks, and what needs containers or a network, say nothing of behaviour here.
    options: ['-o', 'addopts=', '-p', 'no:xdist', '--ignore-glob=*/test_benchmarks_*', '--ignore=tests/autobahn'],
    packages: [
      'blockbuster',
      'coverage',
      'freezegun',
      'isal',
      'proxy.py',
      'pytest',
      'pytest-mock',
      'pytest-timeout',
      'pytest-xdist',
      're-assert',
      'trustme',
      'zlib_ng',
    ],
  },
  // Its source distribution carries no more than a part of its tests: the modules that need the rest fail at their import, both ways.
  { name: 'websockets', requirement: 'websockets==16.0', tests: ['tests'], options: [], packages: ['pytest'] },
  {
    name: 'uvloop',
    requirement: 'uvloop==0.23.0',
    tests: ['tests'],
    // Those of its sources' style, and of Cython, are about the repository.
    options: ['--ignore=tests/test_sourcecode.py', '--ignore=tests/test_cython.py'],
    packages: ['aiohttp', 'psutil', 'pyOpenSSL', 'pytest'],
    sources: ['uvloop'],
  },
]

const wanted = process.argv.slice(2).filter((word) => !word.includes('/'))
/** Paths of tests to run instead of all. */
const only = process.argv.slice(2).filter((word) => word.includes('/'))
const unknown = wanted.filter((name) => !PROJECTS.some((project) => project.name === name))
if (unknown.length > 0)
  fail(`There is no project ${unknown.join(', ')}: ${PROJECTS.map(({ name }) => name).join(', ')}.`)
const interpreter = findInterpreters().at(-1)
if (!interpreter) fail('No CPython was found.')
const accelerator = buildAccelerator(interpreter)
console.log(
  `CPython ${interpreter.version}, ${accelerator ? `without the accelerator: ${accelerator}` : 'accelerated'}`,
)
let worse = 0
for (const project of PROJECTS) {
  if (wanted.length > 0 && !wanted.includes(project.name)) continue
  worse += test(project, prepare(project))
}
process.exitCode = worse > 0 ? 1 : 0

/** The project's tests and a Python to run them with. */
function prepare({ requirement, packages, sources = [] }) {
  const folder = join(FOLDER, `${requirement}-${interpreter.version}`)
  const python = environment(join(folder, 'environment'), interpreter, [requirement, ...packages])
  const tests = source(join(folder, 'source'), requirement, python)
  for (const name of sources) rmSync(join(tests, name), { recursive: true, force: true })
  return { folder: tests, python }
}

/** Number of tests that fail with the recorder and not without. */
function test({ name, tests, options }, { folder, python }) {
  const present = (only.length > 0 ? only : tests).filter((path) => existsSync(join(folder, path)))
  if (present.length === 0) {
    console.log(`${name}: skipped, its source distribution carries no tests`)
    return 0
  }
  const run = (paths, recorded) => {
    const scratch = mkdtempSync(join(tmpdir(), 'loopscope-projects-'))
    const report = join(scratch, 'report.xml')
    // Options and plugins of whoever runs this are not those of the project's environment.
    const { PYTEST_ADDOPTS: _options, PYTEST_PLUGINS: _plugins, ...env } = process.env
    if (recorded) Object.assign(env, { LOOPSCOPE: join(scratch, 'traces/'), PYTHONPATH: INJECT })
    mkdirSync(join(scratch, 'traces'))
    const { stderr } = spawnSync(
      python,
      [
        '-m',
        'pytest',
        '-q',
        '-p',
        'no:cacheprovider',
        '--continue-on-collection-errors',
        ...options,
        `--junitxml=${report}`,
        ...paths,
      ],
      { cwd: folder, env, encoding: 'utf8', maxBuffer: 1 << 28 },
    )
    const found = existsSync(report) ? outcomes(readFileSync(report, 'utf8')) : new Map()
    const traces = readdirSync(join(scratch, 'traces')).length
    rmSync(scratch, { recursive: true })
    return { found, traces, stopped: (stderr.match(/loopscope: recording (stopped|did not start)/g) ?? []).length }
  }
  step(`${name}: without the recorder`)
  const plain = run(present, false)
  step(`${name}: with the recorder`)
  const recorded = run(present, true)
  const suspects = failedIn(recorded.found).filter((id) => plain.found.get(id) === 'passed')
  const missing = [...plain.found.keys()].filter((id) => !recorded.found.has(id))
  const again = suspects.filter((id) => {
    const [path, test] = id.split('::')
    const pick = [`${path.replaceAll('.', '/')}.py`]
    const alone = (how) => run([...pick, '-k', test.replace(/\[.*/, '')], how).found.get(id)
    return alone(true) === 'failed' && alone(false) === 'passed'
  })
  const counts = ({ found }) =>
    ['passed', 'failed', 'skipped']
      .map((how) => `${[...found.values()].filter((is) => is === how).length} ${how}`)
      .join(', ')
  console.log(`${name}: without ${counts(plain)}; with ${counts(recorded)}, ${recorded.traces} traces`)
  for (const id of again) console.log(`  only with the recorder: ${id}`)
  for (const id of suspects.filter((id) => !again.includes(id))) console.log(`  once, and not again: ${id}`)
  for (const id of missing) console.log(`  did not run with the recorder: ${id}`)
  const started = [...plain.found.values()].includes('passed')
  if (!started) console.log(`  none of ${name}'s tests passes without the recorder: nothing is shown`)
  if (recorded.stopped > 0) console.log(`  the recorder stopped ${recorded.stopped} times`)
  return again.length + missing.length + (started ? 0 : 1)
}
