// One vitest project, counted from its JSON report.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
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
    outcome.failed.push({ name: `vitest ${project}`, reason: `it ended with status ${status} and left no report` })
    return outcome
  }
  for (const suite of suites) {
    if (suite.status === 'failed' && suite.assertionResults.length === 0)
      outcome.failed.push({ name: suite.name, reason: suite.message })
    for (const test of suite.assertionResults) {
      if (test.status === 'passed') outcome.passed++
      else if (test.status === 'failed')
        outcome.failed.push({ name: test.fullName, reason: beginning(test.failureMessages) })
      else
        outcome.skipped.push({
          name: test.fullName,
          reason: test.failureMessages?.[0] ?? noteOf(test) ?? 'see the test',
        })
    }
  }
  if (status !== 0 && outcome.failed.length === 0)
    outcome.failed.push({ name: `vitest ${project}`, reason: `it ended with status ${status}` })
  return outcome
}

const REASON_LINES = 12

/** What failed and where: each message with the first lines of its stack, without the terminal's colours. */
function beginning(messages) {
  return messages
    .flatMap((message) =>
      stripVTControlCharacters(message)
        .split('\n')
        .filter((line) => line.trim() && !line.includes('node_modules'))
        .slice(0, REASON_LINES),
    )
    .join('\n')
}

/** `context.skip('why')` leaves its note in the test's metadata or in its name. */
const noteOf = (test) => test.meta?.skipReason
