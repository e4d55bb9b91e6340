// Suites in a process of their own, beside those that this one runs.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'

const ROWS = 'test-results/beside.json'
const OUTPUT = 'test-results/beside.txt'

/** Runs the suites of these names; prints what they print when they have ended, and answers their rows of the summary. */
export async function runBeside(names) {
  mkdirSync('test-results', { recursive: true })
  rmSync(ROWS, { force: true })
  console.log(
    `\nBeside the following: ${names.join(', ')}. What they print comes afterwards; until then it is in ${OUTPUT}.`,
  )
  const output = openSync(OUTPUT, 'w')
  const child = spawn(process.execPath, ['scripts/test.mjs', '--rows', ROWS, ...names], {
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  const [status] = await once(child, 'exit')
  process.stdout.write(readFileSync(OUTPUT))
  try {
    return JSON.parse(readFileSync(ROWS, 'utf8'))
  } catch {
    const reason = `it ended with status ${status} and left no report`
    return [
      { name: names.join(', '), seconds: NaN, passed: 0, failed: [{ name: names.join(', '), reason }], skipped: [] },
    ]
  }
}
