import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
import { afterEach, describe, expect, it } from 'vitest'
import { findInterpreters } from '../../scripts/interpreters.mjs'
import { repository } from '../real/folders.ts'
import type { Workbench } from '../real/workbench.ts'
import { chooseFromMenu, laneOf, leavePicture, useWindow } from './window.ts'

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
/** Its task is well until a file is there. */
const TURNS = `import asyncio, os

async def consumer(box):
    while not os.path.exists("hang"):
        await asyncio.sleep(0.05)
    await box.get()

asyncio.run(consumer(asyncio.Queue()))
`
const window = useWindow('live-tasks', {
  files: { 'blocks.py': BLOCKS, 'many.py': MANY, 'turns.py': TURNS },
  programs: ['deadlock.py'],
})
const running: ChildProcess[] = []

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

afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
})

/** Opens the view; its rows. */
async function liveTasks(workbench: Workbench): Promise<Locator> {
  await workbench.runCommand('Loopscope: Focus on Live Tasks View')
  const section = workbench.page.getByRole('button', { name: 'Live Tasks Section' })
  return workbench.page.locator('.pane').filter({ has: section }).getByRole('treeitem')
}

describe('live tasks of recorded programs', () => {
  it('say why a program hangs; a task that is cancelled there lets it end', async () => {
    const { workbench, folder } = window()
    const program = record('deadlock.py')
    const trace = join(folder, 'deadlock.looptrace')
    const hangs = (): boolean => existsSync(trace) && readFileSync(trace, 'latin1').includes('giro-to-savings')
    await expect.poll(hangs, { timeout: 30_000 }).toBe(true)
    const rows = await liveTasks(workbench)
    const opened = performance.now()
    await rows.filter({ hasText: /^Deadlock2 tasks wait for each other/ }).waitFor()
    console.log(`The deadlock showed ${Math.round(performance.now() - opened)} ms after the view was opened.`)
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
    await once(program, 'exit')
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

  it('show a task that hangs as soon as it does; its recording is stopped and begun anew', async () => {
    const { workbench, folder } = window()
    const traces = (): string[] => readdirSync(folder).filter((name) => name.startsWith('turns'))
    record('turns.py')
    const rows = await liveTasks(workbench)
    const task = rows.filter({ hasText: /^Task-1/ }).first()
    await task.filter({ hasText: /for sleep/ }).waitFor()
    expect(await rows.filter({ hasText: /stuck/ }).count()).toBe(0)
    writeFileSync(join(folder, 'hang'), '')
    await rows.filter({ hasText: /^turns\.py.* · 1 stuck/ }).waitFor()
    await rows.filter({ hasText: /^Task hangs/ }).waitFor()
    await leavePicture(workbench, 'live-hangs')
    await workbench.runCommand('View: Close All Editors')
    await chooseFromMenu(workbench, task, 'Go to Await', workbench.tab('turns.py'))
    await workbench.cursorAt(6)

    const program = rows.filter({ hasText: /^turns\.py/ }).first()
    const rests = rows.filter({ hasText: /^turns\.py/ }).getByRole('button', { name: 'Start Recording' })
    await chooseFromMenu(workbench, program, 'Stop Recording', rests)
    expect(traces()).toEqual(['turns.looptrace', 'turns.py'])
    await program.hover()
    await rests.click()
    await expect.poll(() => traces()).toHaveLength(3)
    await task.filter({ hasText: /for Queue\.get/ }).waitFor()
  })

  it('of a program that is killed while it is asked go, and so do entries that lead nowhere', async () => {
    const { workbench, env } = window()
    const program = record('deadlock.py')
    const rows = await liveTasks(workbench)
    await rows
      .filter({ hasText: /^savings-to-giro/ })
      .first()
      .waitFor()
    // What is stopped leaves a request open.
    program.kill('SIGSTOP')
    await rows.filter({ hasText: /did not answer within 2 s: it is stopped/ }).waitFor()
    await leavePicture(workbench, 'live-stopped')
    const control = env['LOOPSCOPE_CONTROL']
    const [entry] = readdirSync(control).filter((name) => name.endsWith('.json'))
    const text = readFileSync(join(control, entry), 'utf8')
    program.kill('SIGKILL')
    await rows.first().waitFor({ state: 'detached' })
    // A stale entry, as after a kill that nobody saw.
    writeFileSync(join(control, entry), text, { mode: 0o600 })
    await expect.poll(() => readdirSync(control)).toEqual([])
    expect(await rows.count()).toBe(0)
  })
})
