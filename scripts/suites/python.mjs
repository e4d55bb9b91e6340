// The recorder's own suite, on one interpreter: with the accelerator where it can be compiled, else without.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { delimiter, resolve } from 'node:path'
import { ensureSuiteEnvironment } from '../setup.mjs'
import { result, together } from './result.mjs'

const OFF = { LOOPSCOPE_ACCELERATOR: '0' }
const PYTHONPATH = ['runtime/python', 'test/python'].map((path) => resolve(path)).join(delimiter)
/** What a second pass without the accelerator repeats: what the hooks record. The rest does not depend on it. */
const RECORDING = ['test_lanes.py', 'test_cancellation.py', 'test_resources.py', 'test_scopes.py', 'test_jobs.py']

/**
 * @param interpreter as `findInterpreters` gives it
 * @param alsoWithout whether what can be accelerated is run without the accelerator too
 * @param options those of test/python/run.py
 */
export function runPythonSuite(interpreter, alsoWithout, ...options) {
  const label = `Python ${interpreter.version}`
  const problem = buildAccelerator(interpreter)
  const outcome = runOnce(interpreter, label, problem ? OFF : {}, options)
  if (problem) outcome.skipped.push({ name: `${label}: with the accelerator`, reason: problem })
  else if (alsoWithout)
    return together(outcome, runOnce(interpreter, `${label} without the accelerator`, OFF, RECORDING))
  return outcome
}

/** Where a run with these options leaves its report. */
export const reportOf = (version, ...options) =>
  `test-results/python-${version}${options.includes('--proofs') ? '-proofs' : ''}.json`

/** Compiles the accelerator, unless it is up to date; why it could not be, in one line. */
export function buildAccelerator({ path }) {
  const { status, stderr } = spawnSync(path, ['-m', 'loopscope', 'build-accelerator'], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PYTHONPATH },
  })
  return status === 0 ? undefined : (stderr.trim().split('\n').at(-1) ?? `status ${status}`)
}

function runOnce({ path, version }, label, env, options) {
  const report = resolve(reportOf(version, ...options))
  mkdirSync('test-results', { recursive: true })
  rmSync(report, { force: true })
  const { python, reason } = ensureSuiteEnvironment({ path, version })
  const forPytest = { LOOPSCOPE_PYTEST: python ?? '', LOOPSCOPE_PYTEST_MISSING: reason ?? '' }
  const { status } = spawnSync(python ?? path, ['test/python/run.py', report, ...options], {
    stdio: 'inherit',
    env: { ...process.env, PYTHONPATH, ...forPytest, ...env },
  })
  const outcome = result()
  try {
    const { passed, failed, skipped } = JSON.parse(readFileSync(report, 'utf8'))
    outcome.passed = passed
    outcome.failed = failed
    outcome.skipped = skipped
  } catch {
    outcome.failed.push({ name: 'the suite', reason: `it ended with status ${status} and left no report` })
  }
  const named = ({ name, reason }) => ({ name: `${label}: ${name}`, reason })
  return {
    passed: outcome.passed,
    failed: outcome.failed.map(named),
    skipped: outcome.skipped.map(named),
  }
}
