import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { editorNodeMajor } from '../real/codeServer.ts'
import { cache, repository } from '../real/folders.ts'
import { installTsx } from '../real/tsx.ts'
import { laneOf, leavePicture, useWindow } from './window.ts'

const RECORD = 'Loopscope: Record Python File'
/** Node.js does so unasked from 22.18 on, and on demand from 22.6 on. */
const stripsTypes = editorNodeMajor() >= 23
const RECORD_TEST = 'Loopscope: Record Test at Cursor'
/** A Python without any package. */
const BARE = join(cache, 'bare-python')
const TICKS = `import { createTask, run, sleep } from '@loopscope/asyncio'
function* tick() {
  yield* sleep(0.01)
}
function* main() {
  yield* createTask(tick(), { name: 'ticker' })
}
run(main())
`
const TYPED = `import { createTask, run, sleep, type Coroutine } from '@loopscope/asyncio'
enum Name { ticker = 'typed ticker' }
function* tick(): Coroutine<void> {
  yield* sleep(0.01)
}
function* main(): Coroutine<void> {
  yield* createTask(tick(), { name: Name.ticker })
}
run(main())
`
const COUNTS = `import asyncio

async def tick():
    await asyncio.sleep(0.02)

async def main():
    while True:
        await asyncio.create_task(tick())

asyncio.run(main())
`
const TESTS = `import asyncio, unittest

async def refund(name):
    await asyncio.create_task(asyncio.sleep(0.01), name=name)

class TestOrders(unittest.IsolatedAsyncioTestCase):
    async def test_refund(self):
        await refund("refunded by a method")

def test_plain():
    asyncio.run(refund("refunded by a function"))
`
const window = useWindow('recording', {
  files: {
    'counts.py': COUNTS,
    'test_orders.py': TESTS,
    '.vscode/settings.json': JSON.stringify({ 'loopscope.pythonPath': join(BARE, 'bin/python') }),
    'exits.py': 'import asyncio, sys\nasyncio.run(asyncio.sleep(0.01))\nsys.exit(3)\n',
    'notes.txt': 'no program\n',
    'ticks.mjs': TICKS,
    'ticks.ts': TICKS,
    'typed.ts': TYPED,
  },
  programs: ['deadlock.py', 'blocking.py'],
  prepare(folder) {
    execFileSync('python3', ['-m', 'venv', '--without-pip', BARE])
    mkdirSync(join(folder, 'node_modules/@loopscope'), { recursive: true })
    symlinkSync(join(repository, 'runtime/typescript'), join(folder, 'node_modules/@loopscope/asyncio'))
  },
})

describe('recording', () => {
  it('begins by the button in the editor’s title, with what was typed last', async () => {
    const { workbench, folder } = window()
    await workbench.openFile('blocking.py')
    await workbench.page.locator('.monaco-editor .view-line').first().click()
    await workbench.page.keyboard.press('Control+End')
    await workbench.page.keyboard.type('# typed last')
    await workbench.titleAction('Record Python File').click()
    await workbench.tab(/^blocking-.*\.looptrace/).waitFor()
    await laneOf(workbench, 'heartbeat').waitFor()
    await laneOf(workbench, 'resize , coroutine resize , done').waitFor()
    expect(readFileSync(join(folder, 'blocking.py'), 'utf8')).toContain('# typed last')
    expect(readdirSync(join(folder, '.loopscope'))).toContain('.gitignore')
  })

  it('is offered in the title of a Python editor, and only there', async () => {
    const { workbench } = window()
    await workbench.openFile('blocking.py')
    await workbench.titleAction('Record Python File').waitFor()
    await workbench.openFile('notes.txt')
    await workbench.titleAction('Record Python File').waitFor({ state: 'hidden' })
  })

  it('says how a program ended that did not end well, and shows its trace', async () => {
    const { workbench } = window()
    await workbench.openFile('exits.py')
    await workbench.runCommand(RECORD)
    await workbench.notification(/exits\.py ended with exit code 3/).waitFor()
    await workbench.trace
      .getByRole('treeitem', { name: /coroutine sleep , done/ })
      .first()
      .waitFor()
  })

  it('of a program that hangs is stopped from the status bar, and shows who waits', async () => {
    const { workbench, folder } = window()
    await workbench.openFile('deadlock.py')
    await workbench.runCommand(RECORD)
    const hangs = (): boolean => recorded(join(folder, '.loopscope'), 'deadlock-').includes('giro-to-savings')
    await expect.poll(hangs, { timeout: 30_000 }).toBe(true)
    await workbench.page.getByRole('button', { name: 'Recording deadlock.py' }).click()
    await workbench.tab(/^deadlock-.*\.looptrace/).waitFor()
    await laneOf(workbench, 'savings-to-giro').waitFor()
    await laneOf(workbench, 'giro-to-savings').waitFor()
  })

  it('says how many tasks and events it has so far, in the status bar and where it can be cancelled', async () => {
    const { workbench } = window()
    await workbench.openFile('counts.py')
    await workbench.runCommand(RECORD)
    const status = workbench.page.getByRole('button', {
      name: /Recording counts\.py · [1-9][\d\s]* tasks · [1-9][\d\s]* events/,
    })
    await status.waitFor()
    await workbench
      .notification(/Recording counts\.py: \d+ s · [\d\s]+ tasks · [\d\s]+ events · [\d.]+ [KM]B/)
      .waitFor()
    await leavePicture(workbench, 'recording')
    const before = await status.innerText()
    await expect.poll(() => status.innerText()).not.toBe(before)
    await workbench.runCommand('Loopscope: Stop Recording')
    await workbench.tab(/^counts-.*\.looptrace/).waitFor()
    await status.waitFor({ state: 'hidden' })
  })

  it('is found again as the latest one', async () => {
    const { workbench } = window()
    await workbench.runCommand('Loopscope: Open Latest Recording')
    await workbench.tab(/^counts-.*\.looptrace/).waitFor()
  })

  it('of a program on @loopscope/asyncio is the same', async () => {
    const { workbench } = window()
    await workbench.openFile('ticks.mjs')
    await workbench.runCommand('Loopscope: Record TypeScript or JavaScript File')
    await workbench.tab(/^ticks-.*\.looptrace/).waitFor()
    await laneOf(workbench, 'ticker').waitFor()
  })

  it('of the test at the cursor runs unittest where there is no pytest, and again as the last launch', async () => {
    const { workbench, folder } = window()
    await workbench.openFile('test_orders.py')
    await workbench.page.locator('.view-line').filter({ hasText: 'by a method' }).click()
    await workbench.runCommand(RECORD_TEST)
    await workbench.tab(/^test_refund-.*\.looptrace/).waitFor()
    await laneOf(workbench, 'refunded by a method').waitFor()
    await workbench.closeAllTabs()
    await workbench.runCommand('Loopscope: Record Last Launch')
    await workbench.tab(/^test_refund-.*\.looptrace/).waitFor()
    await laneOf(workbench, 'refunded by a method').waitFor()
    await expect.poll(() => recordingsOf(folder, 'test_refund-')).toBe(2)
  })

  it('of a test that only pytest knows says so where there is none', async () => {
    const { workbench } = window()
    await workbench.openFile('test_orders.py')
    await workbench.page.locator('.view-line').filter({ hasText: 'by a function' }).click()
    await workbench.runCommand(RECORD_TEST)
    await workbench.notification(/This test needs pytest, and .* has none/).waitFor()
    await workbench.page.locator('.view-line').filter({ hasText: 'async def refund' }).click()
    await workbench.runCommand(RECORD_TEST)
    await workbench.notification('There is no test at the cursor').waitFor()
  })

  it(`of TypeScript ${stripsTypes ? 'runs by a Node.js that strips types' : 'where nothing runs it says what to do'}`, async () => {
    const { workbench } = window()
    await workbench.openFile('ticks.ts')
    await workbench.page.locator('.codelens-decoration a').filter({ hasText: 'Record' }).click()
    if (!stripsTypes) return void (await workbench.notification('Nothing here runs TypeScript: install tsx').waitFor())
    await workbench.tab(/^ticks-.*\.looptrace/).waitFor()
    await laneOf(workbench, 'ticker').waitFor()
  })

  it('of TypeScript runs by the tsx of its project', async () => {
    const { workbench, folder } = window()
    mkdirSync(join(folder, 'node_modules/.bin'))
    symlinkSync(await installTsx(), join(folder, 'node_modules/.bin/tsx'))
    await workbench.openFile('typed.ts')
    await workbench.page.locator('.codelens-decoration a').filter({ hasText: 'Record' }).click()
    await workbench.tab(/^typed-.*\.looptrace/).waitFor()
    await laneOf(workbench, 'typed ticker').waitFor()
    await leavePicture(workbench, 'recording-typescript')
  })

  it('by a Python that calls itself 3.7 is refused, and says from which version on it works', async () => {
    const { workbench, folder } = window()
    const old = join(folder, 'python3.7')
    writeFileSync(old, '#!/bin/sh\necho loopscope 3.7.17\n', { mode: 0o755 })
    writeFileSync(join(folder, '.vscode/settings.json'), JSON.stringify({ 'loopscope.pythonPath': old }))
    // A setting comes into force some time after its file was written, and for certain in a new window.
    await workbench.reload()
    await workbench.openFile('exits.py')
    const refused = workbench.notification(/Recording needs Python 3\.8 or newer, and .*python3\.7 is Python 3\.7\.17/)
    await workbench.runCommand(RECORD)
    await refused.getByRole('button', { name: 'Open Setting' }).click()
    await workbench.tab('Settings').waitFor()
  })
})

const recordingsOf = (folder: string, start: string): number =>
  readdirSync(join(folder, '.loopscope')).filter((name) => name.startsWith(start)).length

/** What the files in a folder whose names begin so hold by now; nothing where there is no such folder yet. */
function recorded(folder: string, start: string): string {
  if (!existsSync(folder)) return ''
  const names = readdirSync(folder).filter((name) => name.startsWith(start))
  return names.map((name) => readFileSync(join(folder, name), 'latin1')).join('')
}
