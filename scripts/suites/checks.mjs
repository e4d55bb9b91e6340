// Checks that are one command each: they pass or fail as a whole.
import { atOnce, runInOnePiece } from './atOnce.mjs'
import { result, skippedSuite } from './result.mjs'

/** Runs the commands, as many at once as there are processors. */
export async function runChecks(commands) {
  const outcome = result()
  await atOnce(commands, async ([name, command, ...args]) => {
    const status = await runInOnePiece(command, args)
    if (status === 0) outcome.passed++
    else outcome.failed.push({ name, reason: `\`${args.join(' ')}\` ended with status ${status}` })
  })
  return outcome
}

/** They only read; the longest first. */
export const nodeChecks = [
  ['lint and import arrows (eslint)', process.execPath, 'node_modules/eslint/bin/eslint.js', '.'],
  [
    'format (prettier)',
    process.execPath,
    'node_modules/prettier/bin/prettier.cjs',
    '--check',
    '--log-level',
    'warn',
    '.',
  ],
  ['types (tsc)', process.execPath, 'node_modules/typescript/bin/tsc', '--noEmit'],
  ['generated files are up to date', process.execPath, 'scripts/generate.mjs', '--check'],
  ['the coverage table has the rows of the tests', process.execPath, 'scripts/coverage.mjs', '--check'],
]

/** It writes what eslint and prettier would come upon half-way. */
export const bundling = [['bundles (esbuild)', process.execPath, 'esbuild.config.mjs']]

/** @param ruff path of ruff's executable, or undefined with the reason it is missing */
export function pythonChecks(ruff, reason) {
  if (!ruff) return skippedSuite('format and lint of the recorder (ruff)', reason)
  const folders = ['runtime/python', 'test/python', 'test/programs', 'test/bench']
  return runChecks([
    [
      'format of the recorder (ruff)',
      ruff,
      'format',
      '--check',
      '--quiet',
      '--config',
      'runtime/python/pyproject.toml',
      ...folders,
    ],
    ['lint of the recorder (ruff)', ruff, 'check', '--quiet', '--config', 'runtime/python/pyproject.toml', ...folders],
  ])
}
