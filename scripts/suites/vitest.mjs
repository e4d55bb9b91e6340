// One vitest project, counted from its JSON report.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { result } from './result.mjs'

/** `project` is a name in vitest.config.ts. */
export function runVitest(project) {
  const report = `test-results/vitest-${project}.json`
  mkdirSync('test-results', { recursive: true })
  rmSync(report, { force: true })
  const { status } = spawnSync(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { stdio: 'inherit' },
  )
  return count(project, status, report)
}

function count(project, status, report) {
  const outcome = result()
  let suites = []
  try {
    suites = JSON.parse(readFileSync(report, 'utf8')).testResults
  } catch {
    outcome.failed.push(`vitest ${project}: it ended with status ${status} and left no report`)
    return outcome
  }
  for (const suite of suites) {
    if (suite.status === 'failed' && suite.assertionResults.length === 0)
      outcome.failed.push(`${suite.name}: ${suite.message}`)
    for (const test of suite.assertionResults) {
      if (test.status === 'passed') outcome.passed++
      else if (test.status === 'failed') outcome.failed.push(test.fullName)
      else
        outcome.skipped.push({
          name: test.fullName,
          reason: test.failureMessages?.[0] ?? noteOf(test) ?? 'see the test',
        })
    }
  }
  if (status !== 0 && outcome.failed.length === 0)
    outcome.failed.push(`vitest ${project}: it ended with status ${status}`)
  return outcome
}

/** `context.skip('why')` leaves its note in the test's metadata or in its name. */
const noteOf = (test) => test.meta?.skipReason
