// The recorder's own suite, on one interpreter.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { delimiter, resolve } from 'node:path'
import { result } from './result.mjs'

/** @param interpreter as `findInterpreters` gives it */
export function runPythonSuite(interpreter) {
  const report = resolve(`test-results/python-${interpreter.version}.json`)
  mkdirSync('test-results', { recursive: true })
  rmSync(report, { force: true })
  const { status } = spawnSync(interpreter.path, ['test/python/run.py', report], {
    stdio: 'inherit',
    env: { ...process.env, PYTHONPATH: ['runtime/python', 'test/python'].map((path) => resolve(path)).join(delimiter) },
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
  const label = ({ name, reason }) => ({ name: `Python ${interpreter.version}: ${name}`, reason })
  return {
    passed: outcome.passed,
    failed: outcome.failed.map(label),
    skipped: outcome.skipped.map(label),
  }
}
