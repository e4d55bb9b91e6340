import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readTrace, type TraceFile } from '../../trace/format/reader.ts'
import { findProcesses } from '../../live/processes.ts'
import { installDebugpy } from '../real/debugpy.ts'
import { editorPython } from '../real/editorPython.ts'
import type { Workbench } from '../real/workbench.ts'
import { leavePicture, useWindow } from './window.ts'

const debugpyFolder = await installDebugpy()
const python = await editorPython()
const STARTS_MS = 15_000
/** Several sessions start at once: asked for again, VS Code would ask whether to start them twice. */
const ALL_START_MS = 120_000
/** Each of its processes says which one it is, and leaves that in its trace. */
const SERVER = `import asyncio, os

async def answer(send):
    await asyncio.sleep(0.01)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"connection", b"close")]})
    await send({"type": "http.response.body", "body": str(os.getpid()).encode()})

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    await asyncio.create_task(answer(send), name="answered by " + str(os.getpid()))
`
const tests = (name: string): string => `import asyncio, unittest

class TestOrders(unittest.IsolatedAsyncioTestCase):
    async def test_${name}(self):
        await asyncio.create_task(asyncio.sleep(0.01), name="asked by ${name}")
`
/** What the Test Explorer runs each file of tests with. */
const TESTS = { 'test_plain.py': 'unittest', ...(python ? { 'test_orders.py': 'pytest' } : {}) }
/** All that this file runs. */
const PROGRAMS = ['bank.py', 'gunicorn', 'processes.py', 'uvicorn', ...Object.values(TESTS)].sort()
/** Where servers listen: a path for a socket must be short. */
const sockets = mkdtempSync(join(tmpdir(), 'loopscope-'))
const socket = (name: string): string => join(sockets, name)
const SERVERS: Readonly<Record<string, { readonly args: readonly string[]; readonly processes: number }>> = {
  uvicorn: {
    args: ['uvicorn', 'server:app', '--uds', socket('uvicorn'), '--workers', '2', '--timeout-worker-healthcheck', '60'],
    processes: 2,
  },
  reload: { args: ['uvicorn', 'server:app', '--uds', socket('reload'), '--reload'], processes: 1 },
  gunicorn: {
    args: [
      'gunicorn',
      'server:app',
      '-b',
      `unix:${socket('gunicorn')}`,
      '-w',
      '2',
      '-k',
      'uvicorn.workers.UvicornWorker',
    ],
    processes: 2,
  },
}
const window = useWindow('debugging', {
  files: {
    'server.py': SERVER,
    ...Object.fromEntries(Object.entries(TESTS).map(([file, module]) => [file, tests(module)])),
    '.vscode/settings.json': JSON.stringify({
      'loopscope.recordDebugSessions': true,
      'loopscopeProbe.tests': { python: python ?? 'python3', debugpyFolder, modules: TESTS },
    }),
  },
  programs: ['bank.py', 'processes.py'],
  probe: true,
  prepare: writeLaunch,
})

/** The bank stops before its first line, as with a breakpoint there. The servers start all at once. */
function writeLaunch(folder: string): void {
  mkdirSync(join(folder, '.vscode'), { recursive: true })
  const common = { type: 'debugpy', request: 'launch', console: 'internalConsole', loopscope: true, debugpyFolder }
  const bank = { ...common, name: 'Bank', program: '${workspaceFolder}/bank.py', stopOnEntry: true }
  const servers = Object.entries(SERVERS).map(([name, { args }]) => ({
    ...common,
    name,
    cwd: '${workspaceFolder}',
    python: [python],
    module: args[0],
    args: args.slice(1),
  }))
  const pool = { ...common, name: 'pool', program: '${workspaceFolder}/processes.py' }
  const compounds = [{ name: 'All', configurations: [...Object.keys(SERVERS), 'pool'], stopAll: true }]
  const launch = { version: '0.2.0', configurations: [bank, ...servers, pool], compounds }
  writeFileSync(join(folder, '.vscode/launch.json'), JSON.stringify(launch))
}

/** What was recorded in the workspace so far, file by file. */
function recorded(folder: string): Buffer[] {
  const traces = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.looptrace'),
  )
  return traces.map((name) => readFileSync(join(folder, name)))
}

/** Whether the toolbar of a debug session comes; a key that is pressed while extensions are still starting reaches none of them. */
const debugs = ({ page }: Workbench, timeout = STARTS_MS): Promise<boolean> =>
  page
    .locator('.debug-toolbar')
    .waitFor({ timeout })
    .then(
      () => true,
      () => false,
    )

it('a program that the debugger launches is recorded, and stops where it should', async () => {
  const { workbench, folder } = window()
  await workbench.openFile('bank.py')
  await workbench.page.locator('.codelens-decoration a').filter({ hasText: 'Record' }).waitFor()
  const toolbar = workbench.page.locator('.debug-toolbar')
  do await workbench.page.keyboard.press('F5')
  while (!(await debugs(workbench)))
  await toolbar.getByRole('button', { name: /^Continue/ }).waitFor()
  // Not every VS Code shows it by itself.
  await workbench.runCommand('Run and Debug: Focus on Call Stack View')
  await workbench.page.locator('.debug-call-stack').getByText('<module>').waitFor()
  await leavePicture(workbench, 'debugging')
  await toolbar.getByRole('button', { name: /^Continue/ }).click()
  await toolbar.waitFor({ state: 'hidden' })
  await expect.poll(() => recorded(folder).join(), { timeout: 30_000 }).toContain('giro-to-savings')
  await workbench.page
    .locator('.codelens-decoration a')
    .filter({ hasText: /5 runs/ })
    .waitFor()
})

it('tests that are debugged from the Test Explorer are recorded, by the setting for all sessions', async () => {
  const { workbench, folder } = window()
  const { page } = workbench
  await workbench.runCommand('Testing: Focus on Test Explorer View')
  for (const module of Object.values(TESTS)) {
    const row = page
      .locator('.test-explorer')
      .getByRole('treeitem')
      .filter({ hasText: `test_${module}` })
    await row.hover()
    await row.getByRole('button', { name: /^Debug Test/ }).click()
    await expect
      .poll(() => recorded(folder).join(), { timeout: 60_000, message: module })
      .toContain(`asked by ${module}`)
    await page.locator('.debug-toolbar').waitFor({ state: 'hidden' })
    await leavePicture(workbench, `test-explorer-${module}`)
    await workbench.runCommand('Testing: Focus on Test Explorer View')
  }
})

const answered = new Map<string, Set<number>>()
afterAll(async () => {
  // A server outlives the debugger where the test failed before it was stopped.
  const left = async (): Promise<number[]> =>
    (await findProcesses([window().env['LOOPSCOPE_CONTROL']])).processes.map(({ pid }) => pid)
  for (let pids = await left(); pids.length > 0; pids = await left())
    for (const pid of pids) process.kill(pid, 'SIGKILL')
  rmSync(sockets, { recursive: true, force: true })
})

/** Asks a server once; how many of its processes have answered by now. */
function ask(name: string): Promise<number> {
  const pids = answered.get(name) ?? new Set()
  answered.set(name, pids)
  return new Promise((resolve) => {
    const asked = request({ socketPath: socket(name), path: '/' }, (response) => {
      let text = ''
      response.on('data', (part: Buffer) => (text += part.toString()))
      response.on('end', () => resolve(pids.add(Number(text)).size))
    })
    asked.on('error', () => resolve(pids.size))
    asked.end()
  })
}

it.skipIf(!python)(
  python
    ? 'servers with workers, with --reload, and a pool of processes leave a trace of each process'
    : 'servers: no environment with uvicorn and gunicorn, for PyPI cannot be reached',
  async () => {
    const { workbench, folder } = window()
    do await workbench.runCommandAndPick('Debug: Select and Start Debugging', 'All')
    while (!(await debugs(workbench, ALL_START_MS)))
    for (const [name, { processes }] of Object.entries(SERVERS))
      await expect.poll(() => ask(name), { timeout: 180_000, message: name }).toBe(processes)
    await workbench.runCommand('Loopscope: Focus on Live Tasks View')
    const live = workbench.page.locator('.pane').filter({
      has: workbench.page.getByRole('button', { name: 'Live Tasks Section' }),
    })
    // The one that has workers, and its workers below it.
    await live
      .getByRole('treeitem', { level: 1 })
      .filter({ hasText: /^(gunicorn|uvicorn).*\d processes/ })
      .first()
      .waitFor()
    await leavePicture(workbench, 'servers-live')
    // A change has the process that serves replaced.
    appendFileSync(join(folder, 'server.py'), '# changed\n')
    await expect.poll(() => ask('reload'), { timeout: 180_000, message: 'reload' }).toBe(2)
    const pids = [...answered.values()].flatMap((each) => [...each])
    const traces = (): TraceFile[] => recorded(folder).map((bytes) => readTrace(bytes))
    const served = (): number[] =>
      traces()
        .filter(({ header, definitions }) => definitions.strings.includes(`answered by ${header.pid}`))
        .map(({ header }) => header.pid)
    await expect.poll(() => served().sort(), { timeout: 30_000 }).toEqual(pids.sort())
    // Each says which program it was, not which debugger started it.
    const programs = (): string[] => traces().map(({ header: { argv } }) => basename(argv[argv[0] === '-m' ? 1 : 0]))
    await expect.poll(() => [...new Set(programs())].sort()).toEqual(PROGRAMS)
    await workbench.runCommand('Loopscope: Focus on Recordings View')
    const rows = workbench.page.locator('.pane-body').getByRole('treeitem')
    await rows
      .filter({ hasText: /^uvicorn/ })
      .first()
      .waitFor()
    await leavePicture(workbench, 'servers')
    // Of several sessions each has to be stopped.
    const stop = workbench.page.locator('.debug-toolbar').getByRole('button', { name: /^(Stop|Disconnect)/ })
    while (await stop.isVisible()) await stop.click({ timeout: STARTS_MS }).catch(() => undefined)
  },
)
