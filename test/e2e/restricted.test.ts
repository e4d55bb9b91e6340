import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findInterpreters } from '../../scripts/interpreters.mjs'
import { repository } from '../real/folders.ts'
import { isOnPath } from '../real/toolchain.ts'
import type { Workbench } from '../real/workbench.ts'
import { laneOf, leavePicture, useWindow } from './window.ts'

const RECORD = 'Loopscope: Записать файл Python'
const TRACE = 'bank-first.looptrace'
const SETTINGS = '.vscode/settings.json'
/** The superuser may trace every process that may do no more than the asking one: these two rights are taken from the editor. */
const MAY_NOT_TRACE = ['setpriv', '--bounding-set=-sys_ptrace,-net_raw']
const takesRights = process.platform === 'linux' && process.getuid?.() === 0 && isOnPath('setpriv')
const newest = findInterpreters().find(({ minor }) => minor >= 14)

const window = useWindow('restricted', {
  files: { [SETTINGS]: JSON.stringify({ 'loopscope.pythonPath': '/no/such/python' }) },
  programs: ['bank.py', 'deadlock.py'],
  prepare: (folder) => {
    mkdirSync(join(folder, '.loopscope'))
    execFileSync('python3', ['-m', 'loopscope', 'run', '-o', join('.loopscope', TRACE), 'bank.py'], {
      cwd: folder,
      env: { ...process.env, PYTHONPATH: join(repository, 'runtime/python') },
    })
  },
  openTrace: 'Loopscope: Открыть трассу…',
  server: {
    asksForTrust: true,
    language: 'ru',
    settings: { 'security.workspace.trust.startupPrompt': 'never' },
    ...(takesRights ? { through: MAY_NOT_TRACE } : {}),
  },
})

async function untilTrusted(workbench: Workbench): Promise<void> {
  const { page } = workbench
  const restricted = page.getByRole('button', { name: 'Restricted Mode' }).first()
  if (!(await restricted.isVisible())) return
  await workbench.runCommand('Workspaces: Manage Workspace Trust')
  await page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click()
  await restricted.waitFor({ state: 'hidden' })
}

describe('in a workspace that is not trusted, in Russian', () => {
  it('recordings are read and shown, on the code, in the views and in lanes', async () => {
    const { workbench } = window()
    const { page } = workbench
    await page.getByRole('button', { name: 'Restricted Mode' }).first().waitFor()
    await workbench.openFile('bank.py')
    const lens = page.locator('.codelens-decoration a')
    await lens.filter({ hasText: /^выполнений: 5 · p50 \d/ }).waitFor()
    await workbench.runCommand('Loopscope: Focus on Записи View')
    await page.getByRole('button', { name: /^Находки/ }).waitFor()
    await page
      .locator('.pane-body')
      .getByRole('treeitem')
      .filter({ hasText: /bank-first.*1 находка · задач: 8/ })
      .waitFor()
    await leavePicture(workbench, 'restricted')
    await lens.filter({ hasText: /^выполнений: 2 · .*не закончено: 2/ }).click()
    await workbench.tab(TRACE).waitFor()
    await laneOf(workbench, 'giro-to-savings').waitFor()
  })

  it('nothing is recorded, which is said and leads to trust; then a Python that does not run is told', async () => {
    const { workbench, folder } = window()
    await workbench.runCommand('View: Show Explorer')
    await workbench.openFile('bank.py')
    await workbench.runCommand(RECORD)
    const refused = workbench.notification('Запись запускает программу этой рабочей области')
    await refused.getByRole('button', { name: 'Управление доверием' }).click()
    await workbench.page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click()
    await workbench.page.getByRole('button', { name: 'Restricted Mode' }).first().waitFor({ state: 'hidden' })
    await workbench.openFile('bank.py')
    await workbench.runCommand(RECORD)
    const message = workbench.notification('/no/such/python')
    await message.getByRole('button', { name: 'Открыть настройку' }).click()
    await workbench.tab('Settings').waitFor()
    expect(readdirSync(join(folder, '.loopscope')).filter((name) => name.endsWith('.looptrace'))).toEqual([TRACE])
  })

  const skipped = newest ? (takesRights ? undefined : 'nothing here takes a right away') : 'no CPython 3.14'
  it.skipIf(skipped !== undefined)(
    skipped ??
      'a program that runs and may not be traced is left alone; what it takes is said, with the command for it',
    async () => {
      const { workbench, folder } = window()
      const { page } = workbench
      writeFileSync(join(folder, SETTINGS), JSON.stringify({ 'loopscope.pythonPath': newest!.path }))
      const program = spawn(newest!.path, ['deadlock.py'], { cwd: folder, stdio: 'ignore' })
      try {
        await untilTrusted(workbench)
        await workbench.startCommand('Loopscope: Записать уже работающую программу…')
        const offered = page.locator('.quick-input-list').getByRole('option')
        await offered.filter({ hasText: `pid ${program.pid}` }).click()
        await offered.filter({ hasText: 'Записывать с этого момента' }).click()
        const refused = workbench.notification(`Process ${program.pid} may not be traced`)
        await refused.waitFor()
        await leavePicture(workbench, 'refused')
        await refused.getByRole('button', { name: 'Копировать команду' }).click()
        await expect
          .poll(() => workbench.clipboard())
          .toMatch(
            new RegExp(`^sudo env PYTHONPATH=\\S+ \\S+ -m loopscope attach ${program.pid} -o \\S+deadlock-\\S+$`),
          )
      } finally {
        program.kill('SIGKILL')
        await once(program, 'exit')
      }
    },
  )
})
