// `npm start`: builds, records a real program, opens it in a real VS Code. `--screenshot FILE` takes a picture and ends.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { real } from './real.mjs'
import { ensureDependencies, ensurePythonEnvironment, fail, step } from './setup.mjs'

const started = performance.now()
const seconds = () => `${((performance.now() - started) / 1000).toFixed(0)} s`
const { screenshot, theme } = options()

ensureDependencies()
const python = ensurePythonEnvironment()
if (!python.python)
  fail(`A program to show needs Python 3.8 or newer: ${python.reason}. Install Python, then start again.`)

step(`Building the extension (${seconds()})`)
await import('./package.mjs')

const { workspace, trace } = record()
const code = screenshot ? undefined : findCode()
if (code) openInstalled(code)
else await openServer()

/** Records the program into a folder that will be the workspace; the programs stand beside the trace so that lines can be opened. */
function record() {
  const workspace = resolve('.cache', 'workspace')
  rmSync(workspace, { recursive: true, force: true })
  mkdirSync(workspace, { recursive: true })
  const program = python.aiohttp ? 'requests.py' : 'requests_streams.py'
  if (!python.aiohttp)
    step(`aiohttp cannot be had (${python.reason}): recording the same traffic over asyncio's streams instead`)
  for (const name of ['requests.py', 'requests_streams.py', 'shop.py', 'pipeline.py', 'blocking.py'])
    copyFileSync(join('test/programs', name), join(workspace, name))
  const trace = program.replace('.py', '.looptrace')
  step(`Recording ${program} (${seconds()})`)
  const { status } = spawnSync(resolveFrom(python.python), ['-m', 'loopscope', 'run', '-o', trace, program], {
    cwd: workspace,
    stdio: 'inherit',
    env: { ...process.env, PYTHONPATH: resolve('runtime/python') },
  })
  if (status !== 0) fail(`${program} ended with status ${status} under the recorder; the lines above say why.`)
  return { workspace, trace }
}

/** A virtual environment's path is relative to here, a command on the PATH is not a path. */
function resolveFrom(command) {
  return command.includes('/') || command.includes('\\') ? resolve(command) : command
}

function findCode() {
  return spawnSync('code', ['--version'], { stdio: 'ignore', shell: process.platform === 'win32' }).status === 0
    ? 'code'
    : undefined
}

/** The VS Code of this machine, with folders of its own: nothing is installed into the user's. */
function openInstalled(command) {
  const home = resolve('.cache', 'code')
  const folders = ['--user-data-dir', join(home, 'data'), '--extensions-dir', join(home, 'extensions')]
  const run = (...args) =>
    spawnSync(command, [...folders, ...args], { stdio: 'inherit', shell: process.platform === 'win32' })
  step(`Installing the extension into a profile of its own (${seconds()})`)
  if (run('--install-extension', 'dist/loopscope.vsix', '--force').status !== 0)
    fail('VS Code did not take the extension: see above.')
  step(`Opening ${trace} in VS Code (${seconds()})`)
  run('--new-window', '--disable-workspace-trust', workspace, join(workspace, trace))
}

async function openServer() {
  const { cache, ensureCodeServer, startServer } = await real()
  step(`No \`code\` is used here: preparing VS Code's server (${seconds()})`)
  const server = await startServer({
    server: await ensureCodeServer(step),
    home: join(cache, 'start'),
    vsix: resolve('dist/loopscope.vsix'),
    settings: theme ? { 'workbench.colorTheme': theme } : {},
  })
  try {
    if (screenshot) await takePicture(server)
    else await untilInterrupted(server)
  } finally {
    await server.stop()
  }
}

async function takePicture(server) {
  const { installChromium, launchBrowser, Workbench } = await real()
  step(`Opening the trace in Chromium (${seconds()})`)
  const browser = await launchBrowser(await installChromium(step))
  try {
    const workbench = await Workbench.open(browser, server, workspace)
    await workbench.openFile(trace)
    await workbench.lanes.first().waitFor()
    await workbench.showPanelWide()
    await workbench.lanes.filter({ hasText: 'write-visits' }).click()
    await workbench.page.screenshot({ path: screenshot })
  } finally {
    await browser.close()
  }
  step(`${screenshot} shows ${trace} in VS Code (${seconds()})`)
}

async function untilInterrupted(server) {
  console.log(
    `\nVS Code runs at ${server.addressOf(workspace)} (ready after ${seconds()}).\nOpen that address and double-click ${trace}. Ctrl-C here ends it.`,
  )
  await new Promise((done) => {
    process.once('SIGINT', done)
    process.once('SIGTERM', done)
  })
}

function options() {
  try {
    const { values } = parseArgs({ options: { screenshot: { type: 'string' }, theme: { type: 'string' } } })
    return { screenshot: values.screenshot && resolve(values.screenshot), theme: values.theme }
  } catch (error) {
    fail(`${error.message}\nUsage: npm start -- [--screenshot FILE] [--theme "Default Light Modern"]`)
  }
}
