// `npm run test:cpython`: CPython's own asyncio tests with the recorder on, for every interpreter found or those named (`3.8 3.13`).
import { spawnSync } from 'node:child_process'
import { findInterpreters } from './interpreters.mjs'
import { fail } from './setup.mjs'

const wanted = process.argv.slice(2)
const interpreters = findInterpreters().filter(({ minor }) => wanted.length === 0 || wanted.includes(`3.${minor}`))
if (interpreters.length === 0) fail(`No CPython ${wanted.join(' or ') || '3.8 or newer'} was found.`)
const worse = interpreters.filter(({ path, version }) => {
  console.log(`\n── CPython ${version}`)
  return spawnSync(path, ['test/python/cpython_suite.py', path], { stdio: 'inherit' }).status !== 0
})
console.log(`\n${interpreters.length - worse.length} passed, ${worse.length} failed`)
process.exitCode = worse.length > 0 ? 1 : 0
