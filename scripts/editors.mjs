// `npm run test:editors [-- FILE…]`: the end-to-end suite in the editors that `npm test` leaves out, which takes the oldest that the extension admits.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { ensureDependencies, step } from './setup.mjs'

const [, ...newer] = Object.keys(JSON.parse(readFileSync('test/real/editors.json', 'utf8')))

ensureDependencies()
for (const version of newer) {
  step(`code-server ${version}`)
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--project', 'e2e', ...process.argv.slice(2)],
    { stdio: 'inherit', env: { ...process.env, LOOPSCOPE_CODE_SERVER: version } },
  )
  if (status !== 0) process.exitCode = 1
}
