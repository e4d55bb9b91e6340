import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
import { afterEach, describe, expect, it } from 'vitest'
import { findInterpreters } from '../../scripts/interpreters.mjs'
import { repository } from '../real/folders.ts'
import type { Workbench } from '../real/workbench.ts'
import { chooseFromMenu, laneOf, leavePicture, useWindow } from './window.ts'

const CAP_SYS_PTRACE = 1n << 19n
/** A program that hangs is diagnosed so soon after the view is opened: in the best of so many openings. */
const DIAGNOSED_WITHIN_MS = 2_000
const OPENINGS = 3
const BLOCKS = `import asyncio, time

def read_all():
    time.sleep(600)

async def handler():
    await asyncio.sleep(0.01)
    read_all()

asyncio.run(handler())
`
const MANY = `import asyncio

async def main():
    event = asyncio.Event()
    await asyncio.gather(*(asyncio.create_task(event.wait(), name=f"waiter-{i}") for i in range(10_000)))

asyncio.run(main())
`
/** A program on `@loopscope/asyncio` with a task that waits for what never comes. */
const PATIENT = `import { createTask, Event, run } from '@loopscope/asyncio'
function* patient(event) {
  yield* event.wait()
}
function* main() {
  yield* createTask(patient(new Event()), { name: 'patient' })
}
run(main())
`
/** Each of its tasks is well until a file of its name is there. */
const TURNS = `import asyncio, os

async def consumer(box, name):
    while not os.path.exists(name):
        await asyncio.sleep(0.05)
    await box.get()

async def main():
    box = asyncio.Queue()
    await asyncio.gather(*(asyncio.create_task(consumer(box, name), name=name) for name in ("early", "late")))

asyncio.run(main())
`
const window = useWindow('live-tasks', {
  files: { 'blocks.py': BLOCKS, 'many.py': MANY, 'waits.mjs': PATIENT, 'turns.py': TURNS },
  programs: ['deadlock.py'],
  // As npm installs it: what is below `node_modules` is a library's.
  prepare(folder) {
    for (const part of ['package.json', 'dist'])
      cpSync(join(repository, 'runtime/typescript', part), join(folder, 'node_modules/@loopscope/asyncio', part), {
        recursive: true,
      })
  },
})
const running: ChildProcess[] = []
const newest = findInterpreters().find(({ minor }) => minor >= 14)
const skipped = { skip: newest === undefined || !mayTrace() }

/** Whether this process may look into another one of its user's. */
function mayTrace(): boolean {
  const scope = '/proc/sys/kernel/yama/ptrace_scope'
  if (!existsSync(scope) || Number(readFileSync(scope, 'utf8')) === 0) return existsSync('/proc/self')
  const [, rights] = /^CapEff:\s*(\w+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return (BigInt(`0x${rights ?? 0}`) & CAP_SYS_PTRACE) !== 0n
}

/** Runs a program recorded, as a terminal would. */
function record(program: string): ChildProcess {
  const { folder, env } = window()
  const python = findInterpreters().at(-1)!.path
  const trace = program.replace('.py', '.looptrace')
  const child = spawn(python, ['-m', 'loopscope', 'run', '-o', trace, program], {
    cwd: folder,
    env: { ...process.env, ...env, PYTHONPATH: join(repository, 'runtime/python') },
  })
  running.push(child)
  return child
}

/** Runs a program of Node's recorded, as `LOOPSCOPE=1` in a terminal would. */
function recordNode(program: string): ChildProcess {
  const { folder, env } = window()
  const LOOPSCOPE = join(folder, program.replace('.mjs', '.looptrace'))
  const child = spawn(process.execPath, [program], { cwd: folder, env: { ...process.env, ...env, LOOPSCOPE } })
  running.push(child)
  return child
}

/** It may have ended before anybody waits for that. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

afterEach(async () => {
  for (const child of running.splice(0)) {
    child.kill('SIGKILL')
    await ended(child)
  }
  // What a test sees is of its own programs: neither lines nor entries of those killed just now are left.
  const rows = await liveTasks(window().workbench)
  await expect.poll(() => rows.count(), { timeout: 20_000 }).toBe(0)
})

const rowsOf = ({ page }: Workbench): Locator =>
  page
    .locator('.pane')
    .filter({ has: page.getByRole('button', { name: 'Live Tasks Section' }) })
    .getByRole('treeitem')

/** Opens the view; its rows. */
async function liveTasks(workbench: Workbench): Promise<Locator> {
  await workbench.runCommand('Loopscope: Focus on Live Tasks View')
  return rowsOf(workbench)
}

describe('live tasks of recorded programs', () => {
  it('say why a program hangs; a task that is cancelled there lets it end', async () => {
    const { workbench, folder } = window()
    await liveTasks(workbench)
    const welcome = workbench.page.locator('.pane-body').filter({ hasText: 'No recorded Python program runs' })
    await welcome.getByRole('button', { name: 'Record a program that already runs' }).waitFor()
    await leavePicture(workbench, 'welcome')
    await workbench.runCommand('View: Show Explorer')
    const program = record('deadlock.py')
    const trace = join(folder, 'deadlock.looptrace')
    const hangs = (): boolean => existsSync(trace) && readFileSync(trace, 'latin1').includes('giro-to-savings')
    await expect.poll(hangs, { timeout: 30_000 }).toBe(true)
    const rows = rowsOf(workbench)
    const deadlock = rows.filter({ hasText: /^Deadlock2 tasks wait for each other/ })
    const diagnosedMs = async (): Promise<number> => {
      const opened = performance.now()
      await workbench.page.getByRole('tab', { name: 'Loopscope' }).first().click()
      await deadlock.waitFor()
      return performance.now() - opened
    }
    const openings = [await diagnosedMs()]
    // What else this machine does may take longer than what is measured: then once more, in a new window.
    while (Math.min(...openings) >= DIAGNOSED_WITHIN_MS && openings.length < OPENINGS) {
      await workbench.runCommand('View: Show Explorer')
      await workbench.reload()
      openings.push(await diagnosedMs())
    }
    console.log(`The deadlock showed ${openings.map(Math.round).join(', ')} ms after the view was opened.`)
    expect(Math.min(...openings)).toBeLessThan(DIAGNOSED_WITHIN_MS)
    const stuck = rows.filter({ hasText: /^savings-to-giro.* for Lock\.acquire · Lock \d · deadlock\.py:9$/ }).first()
    await stuck.click()
    await workbench.cursorAt(9)
    await leavePicture(workbench, 'live-deadlock')

    await chooseFromMenu(workbench, stuck, 'Copy Stack')
    await expect
      .poll(() => workbench.clipboard())
      .toMatch(/^savings-to-giro \(transfer\)\n {2}File ".*deadlock\.py", line 9, in transfer\n/)

    const whole = rows.filter({ hasText: /^deadlock\.py/ })
    const text = workbench.page.locator('.editor-instance .view-lines')
    await chooseFromMenu(workbench, whole, 'Show as Text', text.filter({ hasText: /wait\sfor\seach\sother/ }))

    // It offers the program's name and number.
    const captured = `deadlock-${program.pid}.looptrace`
    const dialog = workbench.page.locator('.quick-input-widget:visible input[type="text"]')
    await chooseFromMenu(workbench, whole, /^Capture Snapshot/, dialog)
    await expect.poll(() => dialog.inputValue()).toContain(captured)
    await dialog.press('Enter')
    await workbench.tab(captured).waitFor()
    await laneOf(workbench, 'savings-to-giro').waitFor()

    await chooseFromMenu(workbench, stuck, 'Show in Lanes', workbench.tab('deadlock.looptrace'))
    await laneOf(workbench, 'savings-to-giro', { selected: true }).waitFor()

    const confirm = workbench.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Cancel Task' })
    await chooseFromMenu(workbench, stuck, /^Cancel Task/, confirm)
    await confirm.click()
    await ended(program)
    await rows.first().waitFor({ state: 'detached' })
  })

  it('show the stack of what blocks a loop', async () => {
    const { workbench } = window()
    record('blocks.py')
    const rows = await liveTasks(workbench)
    await rows.filter({ hasText: /EventLoopblocked by Task-1/ }).waitFor()
    await rows.filter({ hasText: /^read_allblocks\.py:4$/ }).click()
    await workbench.cursorAt(4)
    await leavePicture(workbench, 'live-blocked')
  })

  it('are ten thousand without ado', async () => {
    const { workbench } = window()
    record('many.py')
    const rows = await liveTasks(workbench)
    await rows.filter({ hasText: /^many\.py.*10.001 tasks/ }).waitFor()
    await rows.filter({ hasText: /^Task-1/ }).click()
    const unfolded = performance.now()
    await workbench.page.keyboard.press('ArrowRight')
    await rows
      .filter({ hasText: /^waiter-/ })
      .first()
      .waitFor()
    console.log(`The tasks showed ${Math.round(performance.now() - unfolded)} ms after they were unfolded.`)
    await leavePicture(workbench, 'live-many')
    await expect.poll(() => rows.filter({ hasText: /^waiter-/ }).count()).toBeGreaterThan(3)
  })

  it('show a task that hangs as soon as it does, but none that was folded away; its recording is stopped and begun anew', async () => {
    const { workbench, folder } = window()
    const traces = (): string[] => readdirSync(folder).filter((name) => name.startsWith('turns'))
    record('turns.py')
    const rows = await liveTasks(workbench)
    const main = rows.filter({ hasText: /^Task-1/ }).first()
    const [early, late] = ['early', 'late'].map((name) => rows.filter({ hasText: new RegExp(`^${name}`) }))
    await main.filter({ hasText: /for gather/ }).waitFor()
    expect(await rows.filter({ hasText: /stuck/ }).count()).toBe(0)
    expect(await main.getAttribute('aria-expanded')).toBe('false')
    writeFileSync(join(folder, 'early'), '')
    // Who waits for it is stuck with it.
    await rows.filter({ hasText: /^turns\.py.* · 2 stuck/ }).waitFor()
    await rows.filter({ hasText: /^Task hangs/ }).waitFor()
    // Nobody has unfolded the task that waits for it.
    await early.filter({ hasText: /for Queue\.get/ }).waitFor()
    expect(await rows.and(workbench.page.locator('.selected, .focused')).count()).toBe(0)
    await leavePicture(workbench, 'live-hangs')
    await workbench.runCommand('View: Close All Editors')
    await chooseFromMenu(workbench, early, 'Go to Await', workbench.tab('turns.py'))
    await workbench.cursorAt(6)

    await main.click()
    await workbench.page.keyboard.press('ArrowLeft')
    await early.waitFor({ state: 'detached' })
    writeFileSync(join(folder, 'late'), '')
    const program = rows.filter({ hasText: /^turns\.py.* · 3 stuck/ }).first()
    await program.waitFor()
    expect(await late.count()).toBe(0)
    await main.click()
    await workbench.page.keyboard.press('ArrowRight')
    await late.filter({ hasText: /for Queue\.get/ }).waitFor()

    const rests = rows.filter({ hasText: /^turns\.py/ }).getByRole('button', { name: 'Start Recording' })
    await chooseFromMenu(workbench, program, 'Stop Recording', rests)
    expect(traces()).toEqual(['turns.looptrace', 'turns.py'])
    await rows
      .filter({ hasText: /^turns\.py/ })
      .first()
      .hover()
    await rests.click()
    await expect.poll(() => traces()).toHaveLength(3)
    await main.filter({ hasText: /for gather/ }).waitFor()
  })

  it('of a program on @loopscope/asyncio are the same, in two windows; one cancels, both see it', async () => {
    const { workbench, another } = window()
    const program = recordNode('waits.mjs')
    const rows = await liveTasks(workbench)
    const other = await another()
    const otherRows = await liveTasks(other)
    const patient = (all: Locator): Locator => all.filter({ hasText: /^patient.*waits\.mjs:3$/ }).first()
    for (const each of [rows, otherRows]) await patient(each).waitFor()
    await chooseFromMenu(workbench, patient(rows), 'Copy Stack')
    await expect.poll(() => workbench.clipboard()).toMatch(/ {2}File ".*waits\.mjs", line 3, in patient\s*$/)
    await leavePicture(workbench, 'live-typescript')
    const confirm = other.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Cancel Task' })
    await chooseFromMenu(other, patient(otherRows), /^Cancel Task/, confirm)
    await confirm.click()
    await ended(program)
    for (const each of [rows, otherRows]) await each.first().waitFor({ state: 'detached' })
    await other.page.close()
  })

  it('of a program that is not recorded are seen from outside, then recorded from there on', skipped, async () => {
    const { workbench, folder, env } = window()
    const { page } = workbench
    const program = spawn(newest!.path, ['deadlock.py'], { cwd: folder, env: { ...process.env, ...env } })
    running.push(program)
    // Before that there is nothing to see of it.
    await expect
      .poll(() => readFileSync(`/proc/${program.pid}/maps`, 'latin1'), { timeout: 20_000 })
      .toContain('_asyncio')
    const ask = async (way: string): Promise<void> => {
      await workbench.startCommand('Loopscope: Record a Program That Already Runs…')
      const offered = page.locator('.quick-input-list').getByRole('option')
      await offered.filter({ hasText: `pid ${program.pid}` }).click()
      await offered.filter({ hasText: way }).click()
    }
    await ask('Look once')
    await laneOf(workbench, 'savings-to-giro').waitFor()
    await leavePicture(workbench, 'live-looked-at')
    await ask('Record from here on')
    const recorded = workbench.notification(`deadlock.py, process ${program.pid}, is recorded from here on.`)
    // What waits in its selector takes the request when it is interrupted, or when something else had it run Python code.
    const interrupt = workbench.notification('has not begun to record').getByRole('button', { name: 'Interrupt It' })
    await recorded.or(interrupt).first().waitFor()
    if (await interrupt.isVisible()) await interrupt.click()
    await recorded.getByRole('button', { name: 'Show Live Tasks' }).click()
    const rows = await liveTasks(workbench)
    // Who holds the locks was not recorded: two tasks that hang.
    await rows.filter({ hasText: /^Task hangssavings-to-giro/ }).waitFor()
    await leavePicture(workbench, 'live-attached')
  })

  it('of a program that does not know the token of its entry are not told, and it says so', async () => {
    const { workbench, env } = window()
    await workbench.runCommand('View: Show Explorer')
    record('deadlock.py')
    const control = env['LOOPSCOPE_CONTROL']
    const entries = (): string[] => readdirSync(control).filter((name) => name.endsWith('.json'))
    await expect.poll(entries, { timeout: 30_000 }).toHaveLength(1)
    const rows = await liveTasks(workbench)
    // The program has told all of itself by now: it writes its entry no more.
    await rows
      .filter({ hasText: /^savings-to-giro/ })
      .first()
      .waitFor()
    const file = join(control, entries()[0])
    const entry = JSON.parse(readFileSync(file, 'utf8')) as { readonly token: string }
    writeFileSync(file, JSON.stringify({ ...entry, token: entry.token.replaceAll(/./g, '0') }))
    await rows.filter({ hasText: /token/ }).waitFor()
    await leavePicture(workbench, 'live-wrong-token')
    await expect.poll(() => rows.count()).toBe(2)
  })

  it('of a program that is killed while it is asked go, and so do entries that lead nowhere', async () => {
    const { workbench, env } = window()
    const program = record('deadlock.py')
    const rows = await liveTasks(workbench)
    await rows
      .filter({ hasText: /^savings-to-giro/ })
      .first()
      .waitFor()
    const control = env['LOOPSCOPE_CONTROL']
    const [entry] = readdirSync(control).filter((name) => name.endsWith('.json'))
    const text = readFileSync(join(control, entry), 'utf8')
    // What is stopped leaves a request open.
    program.kill('SIGSTOP')
    await rows.filter({ hasText: /did not answer within 2 s: it is stopped/ }).waitFor()
    await leavePicture(workbench, 'live-stopped')
    program.kill('SIGKILL')
    await rows.first().waitFor({ state: 'detached' })
    // A stale entry, as after a kill that nobody saw.
    writeFileSync(join(control, entry), text, { mode: 0o600 })
    await expect.poll(() => readdirSync(control)).toEqual([])
    expect(await rows.count()).toBe(0)
  })
})
