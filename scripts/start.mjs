// `npm start`: from a fresh clone to a recorded program's lanes in a real VS Code. `npm start -- --screenshot FILE` takes a picture and ends.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { cache, ensureDependencies, ensurePythonEnvironment, repository } from './setup.mjs'

const began = performance.now()
const say = (line) => console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}`)
const screenshot = screenshotArgument(process.argv.slice(2))

try {
  ensureDependencies()
  say('Dependencies are there')
  run('Building the extension', process.execPath, ['scripts/package.mjs', '--quiet'])
  const python = await ensurePythonEnvironment()
  if (!python.python) throw new Error(`The sample program cannot be recorded: ${python.reason}. Install Python.`)
  const folder = sampleFolder()
  const trace = record(python, folder)

  const { open } = await importOpener()
  await open({ folder, trace, vsix: join(repository, 'dist', 'loopscope.vsix'), screenshot, say })
  say('Done')
} catch (error) {
  console.error(`npm start: ${error instanceof Error ? error.message : String(error)}`)
  if (process.env.LOOPSCOPE_DEBUG) console.error(error)
  process.exitCode = 1
}

function screenshotArgument([option, file, ...rest]) {
  if (option === undefined) return undefined
  if (option === '--screenshot' && file && rest.length === 0) return resolve(file)
  console.error('Usage: npm start [-- --screenshot FILE]')
  process.exit(2)
}

/** A copy of the sample programs to record in, so that the repository stays clean. */
function sampleFolder() {
  const folder = join(cache, 'start', 'programs')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const programs = join(repository, 'test', 'programs')
  for (const name of readdirSync(programs).filter((each) => each.endsWith('.py')))
    copyFileSync(join(programs, name), join(folder, name))
  return folder
}

function record({ python, hasAiohttp, reason }, folder) {
  const program = hasAiohttp ? 'requests.py' : 'requests_streams.py'
  if (!hasAiohttp) say(`aiohttp is missing (${reason}): ${program} stands in, the same traffic over asyncio streams`)
  const trace = join(folder, program.replace('.py', '.looptrace'))
  const recorder = join(repository, 'runtime', 'python')
  const env = { ...process.env, PYTHONPATH: [recorder, process.env.PYTHONPATH].filter(Boolean).join(delimiter) }
  run(`Recording ${program}`, python, ['-m', 'loopscope', 'run', '-o', trace, program], { cwd: folder, env })
  say(`Recorded ${(statSync(trace).size / 1e6).toFixed(1)} MB`)
  return trace
}

async function importOpener() {
  const { importTypeScript } = await import('./importTypeScript.mjs')
  return importTypeScript('test/real/open.ts')
}

function run(what, command, args, options = {}) {
  say(what)
  const { status, error } = spawnSync(command, args, { cwd: repository, stdio: 'inherit', ...options })
  if (status !== 0) throw new Error(`${what} failed${error ? ` (${error.message})` : ` with exit code ${status}`}.`)
}
