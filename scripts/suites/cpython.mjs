// CPython's own asyncio tests on one interpreter, with and without the recorder.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { runInOnePiece } from './atOnce.mjs'
import { buildAccelerator } from './python.mjs'
import { result } from './result.mjs'

/** @typedef {{ tests: number, failed: string[] }} Run */
/** @typedef {{ without: Run, with: Run, onlyWith: string[] }} Counts what test/python/cpython_suite.py reports */

/**
 * Undefined where the suite did not come to its end.
 * @param {boolean} reuse whether the report of an earlier run will do
 * @returns {Promise<{ counts: Counts | undefined, accelerator: string | undefined }>} `accelerator`: why it was left out
 */
export async function countCPython(interpreter, reuse = false) {
  const accelerator = buildAccelerator(interpreter)
  const report = resolve(`test-results/cpython-${interpreter.version}.json`)
  if (!reuse || !existsSync(report)) {
    mkdirSync('test-results', { recursive: true })
    rmSync(report, { force: true })
    await runInOnePiece(interpreter.path, ['test/python/cpython_suite.py', interpreter.path, '--report', report])
  }
  try {
    return { counts: JSON.parse(readFileSync(report, 'utf8')), accelerator }
  } catch {
    return { counts: undefined, accelerator }
  }
}

/** The suite as one of `npm test`: what passes counts as passed when it passes with the recorder too. */
export async function runCPython(interpreter) {
  const outcome = result()
  const label = `CPython ${interpreter.version}'s own tests`
  const { counts, accelerator } = await countCPython(interpreter)
  if (accelerator) outcome.skipped.push({ name: `${label}: with the accelerator`, reason: accelerator })
  if (!counts) outcome.failed.push({ name: label, reason: 'they did not come to their end' })
  else if (counts.without.tests === 0) outcome.skipped.push({ name: label, reason: 'it came without its tests' })
  else {
    outcome.passed = counts.with.tests - counts.with.failed.length
    for (const name of counts.onlyWith)
      outcome.failed.push({ name: `${label}: ${name}`, reason: 'it fails only with the recorder' })
  }
  return outcome
}
