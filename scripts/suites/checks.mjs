// Checks that are one command each: they pass or fail as a whole.
import { spawnSync } from 'node:child_process'
import { result, skippedSuite } from './result.mjs'

/** Runs the commands one after another; their output goes to the terminal. */
export function runChecks(commands) {
  const outcome = result()
  for (const [name, ...command] of commands) {
    const { status } = spawnSync(command[0], command.slice(1), { stdio: 'inherit' })
    if (status === 0) outcome.passed++
    else outcome.failed.push({ name, reason: `\`${command.slice(1).join(' ')}\` ended with status ${status}` })
  }
  return outcome
}

export const nodeChecks = [
  ['generated files are up to date', process.execPath, 'scripts/generate.mjs', '--check'],
  [
    'format (prettier)',
    process.execPath,
    'node_modules/prettier/bin/prettier.cjs',
    '--check',
    '--log-level',
    'warn',
    '.',
  ],
  ['lint and import arrows (eslint)', process.execPath, 'node_modules/eslint/bin/eslint.js', '.'],
  ['types (tsc)', process.execPath, 'node_modules/typescript/bin/tsc', '--noEmit'],
  ['bundles (esbuild)', process.execPath, 'esbuild.config.mjs'],
]

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
