import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { repository } from '../real/folders.ts'
import { laneOf, useWindow } from './window.ts'

const RECORD = 'Loopscope: Record Python File'
const TICKS = `import { createTask, run, sleep } from '@loopscope/asyncio'
function* tick() {
  yield* sleep(0.01)
}
function* main() {
  yield* createTask(tick(), { name: 'ticker' })
}
run(main())
`
const window = useWindow('recording', {
  files: {
    'exits.py': 'import asyncio, sys\nasyncio.run(asyncio.sleep(0.01))\nsys.exit(3)\n',
    'notes.txt': 'no program\n',
    'ticks.mjs': TICKS,
    'ticks.ts': TICKS,
  },
  programs: ['deadlock.py', 'blocking.py'],
  prepare(folder) {
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

  it('is found again as the latest one', async () => {
    const { workbench } = window()
    await workbench.runCommand('Loopscope: Open Latest Recording')
    await workbench.tab(/^deadlock-.*\.looptrace/).waitFor()
  })

  it('of a program on @loopscope/asyncio is the same', async () => {
    const { workbench } = window()
    await workbench.openFile('ticks.mjs')
    await workbench.runCommand('Loopscope: Record TypeScript or JavaScript File')
    await workbench.tab(/^ticks-.*\.looptrace/).waitFor()
    await laneOf(workbench, 'ticker').waitFor()
  })

  it.skipIf(Number(process.versions.node.split('.')[0]) >= 22)(
    'of TypeScript where nothing runs it says what to do',
    async () => {
      const { workbench } = window()
      await workbench.openFile('ticks.ts')
      await workbench.page.locator('.codelens-decoration a').filter({ hasText: 'Record' }).click()
      await workbench.notification('Nothing here runs TypeScript: install tsx').waitFor()
    },
  )
})

/** What the files in a folder whose names begin so hold by now; nothing where there is no such folder yet. */
function recorded(folder: string, start: string): string {
  if (!existsSync(folder)) return ''
  const names = readdirSync(folder).filter((name) => name.startsWith(start))
  return names.map((name) => readFileSync(join(folder, name), 'latin1')).join('')
}
