// From activation to the first lens in a file of 5,000 lines, what a keystroke costs in it and in one without coroutines, and how long the tree of
// live tasks takes for 10,000 tasks. What the extension host does is told by the extension's own log, what is seen by the page.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { findInterpreters } from '../../../scripts/interpreters.mjs'
import { installChromium } from '../../real/chromium.ts'
import { ensureCodeServer } from '../../real/codeServer.ts'
import { cache, repository } from '../../real/folders.ts'
import { startServer } from '../../real/vscodeServer.ts'
import { launchBrowser, Workbench } from '../../real/workbench.ts'
import { withCoroutines, withoutCoroutines } from './sources.ts'

const LINES = 5000
const OPENINGS = 5
const KEYSTROKES = 20
/** VS Code in a browser keeps which editors are open every 5 s. */
const KEPT_MS = 7000
const TASKS = 10_000
const TREES = 5
const home = join(cache, 'bench-editor', 'home')
const folder = join(cache, 'bench-editor', 'workspace')
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'with.py'), withCoroutines(LINES))
writeFileSync(join(folder, 'without.py'), withoutCoroutines(LINES))
writeFileSync(
  join(folder, 'many.py'),
  `import asyncio
async def main():
    event = asyncio.Event()
    await asyncio.gather(*(asyncio.create_task(event.wait(), name=f"waiter-{i}") for i in range(${TASKS})))
asyncio.run(main())
`,
)

const env = { LOOPSCOPE_CONTROL: join(home, 'control') }
const vsix = join(repository, 'dist/loopscope.vsix')
const server = await startServer({ server: await ensureCodeServer(console.log), home, vsix, env })
const browser = await launchBrowser(await installChromium(console.log))
const programs: ChildProcess[] = []
try {
  const workbench = await Workbench.open(browser, server, folder)
  const { page } = workbench
  const lens = page.locator('.codelens-decoration').filter({ hasText: 'Record' }).first()
  const toLens: number[] = []
  for (let i = 0; i < OPENINGS; i++) {
    // An editor that is restored: the window starts with the file in front.
    if (i === 0) await workbench.openFile('with.py')
    else {
      await pause(KEPT_MS)
      await page.reload()
    }
    await lens.waitFor()
    const seenMs = Date.now()
    // The first opening is of a window whose extension is active already.
    if (i > 0) toLens.push(seenMs - latest(/\[info\] Activated in/).atMs)
  }
  report('activation to the first lens in the page', toLens)

  // Only an extension that is active has a level; what it costs to parse stands at this one.
  await workbench.startCommand('Developer: Set Log Level...')
  for (const choice of ['Loopscope', 'Debug']) {
    const option = page.locator('.quick-input-list').getByRole('option', { name: choice }).first()
    await page.locator('.quick-input-widget:visible input[type="text"]').fill(choice)
    await option.click()
  }

  for (const name of ['with.py', 'without.py']) {
    await workbench.openFile(name)
    await page.locator('.monaco-editor.focused, .monaco-editor').first().click()
    await page.keyboard.press('Control+Home')
    for (let i = 0; i < LINES / 100; i++) await page.keyboard.press('PageDown')
    const before = lines().length
    for (let i = 0; i < KEYSTROKES; i++) {
      await page.keyboard.type('x')
      // The provider is asked when typing pauses; each key is to be asked for.
      await pause(400)
    }
    const since = lines().slice(before)
    report(`a keystroke in ${name}: parsing`, numbers(since, /lines parsed in ([\d.]+) ms/))
    report(`a keystroke in ${name}: lenses, parsing included`, numbers(since, /lenses over \d+ lines in ([\d.]+) ms/))
    await workbench.runCommand('File: Revert File')
  }

  const section = page.getByRole('button', { name: 'Live Tasks Section' })
  const rows = page.locator('.pane').filter({ has: section }).getByRole('treeitem')
  const toTree: number[] = []
  const toRows: number[] = []
  for (let i = 0; i < TREES; i++) {
    await workbench.runCommand('View: Show Explorer')
    const program = await manyTasks(`many-${i}.looptrace`)
    const began = performance.now()
    await workbench.runCommand('Loopscope: Focus on Live Tasks View')
    // Digits are grouped by a thin space.
    await rows.filter({ hasText: /^many\.py.*10.001 tasks/ }).waitFor()
    toTree.push(performance.now() - began)
    const unfolded = performance.now()
    await rows.filter({ hasText: /^Task-1/ }).click()
    await page.keyboard.press('ArrowRight')
    await rows
      .filter({ hasText: /^waiter-/ })
      .first()
      .waitFor()
    toRows.push(performance.now() - unfolded)
    await end(program)
    await rows.first().waitFor({ state: 'detached' })
  }
  report(`from the command to the tree of ${TASKS} tasks`, toTree)
  report('from the click that unfolds their parent to their rows', toRows)
} finally {
  for (const program of programs) await end(program)
  await browser.close()
  await server.stop()
}

/** Runs a program with so many tasks until all of them wait. */
async function manyTasks(trace: string): Promise<ChildProcess> {
  const program = spawn(findInterpreters().at(-1)!.path, ['-m', 'loopscope', 'run', '-o', trace, 'many.py'], {
    cwd: folder,
    env: { ...process.env, ...env, PYTHONPATH: join(repository, 'runtime/python') },
    stdio: 'ignore',
  })
  programs.push(program)
  while (!isThere(join(folder, trace), `waiter-${TASKS - 1}`)) await pause(100)
  return program
}

async function end(program: ChildProcess): Promise<void> {
  program.kill('SIGKILL')
  if (program.exitCode === null && program.signalCode === null) await once(program, 'exit')
}

function report(what: string, ms: readonly number[]): void {
  const sorted = [...ms].sort((a, b) => a - b)
  const text =
    sorted.length === 0
      ? 'nothing was done'
      : `${sorted.length} times: median ${sorted[sorted.length >> 1].toFixed(2)} ms, least ${sorted[0].toFixed(2)}, most ${sorted.at(-1)!.toFixed(2)}`
  console.log(`${what}: ${text} (load ${loadavg()[0].toFixed(1)})`)
}

/** The extension's log, of all windows so far. */
function lines(): string[] {
  const logs = join(home, 'data', 'logs')
  return readdirSync(logs, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('Loopscope.log'))
    .flatMap((name) => readFileSync(join(logs, name), 'utf8').split('\n'))
    .filter((line) => /^\d{4}-/.test(line))
    .sort()
}

function latest(pattern: RegExp): { readonly atMs: number } {
  const line = lines()
    .filter((each) => pattern.test(each))
    .at(-1)!
  return { atMs: new Date(line.slice(0, 23).replace(' ', 'T')).getTime() }
}

function numbers(all: readonly string[], pattern: RegExp): number[] {
  return all.flatMap((line) => {
    const found = pattern.exec(line)
    return found ? [Number(found[1])] : []
  })
}

function isThere(path: string, text: string): boolean {
  try {
    return readFileSync(path, 'latin1').includes(text)
  } catch {
    return false
  }
}
