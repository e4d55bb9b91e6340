import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { repository } from '../real/folders.ts'
import { laneOf, leavePicture, useWindow } from './window.ts'

const RECORD = 'Loopscope: Записать файл Python'
const TRACE = 'bank-first.looptrace'

const window = useWindow('restricted', {
  files: { '.vscode/settings.json': JSON.stringify({ 'loopscope.pythonPath': '/no/such/python' }) },
  programs: ['bank.py'],
  prepare: (folder) => {
    mkdirSync(join(folder, '.loopscope'))
    execFileSync('python3', ['-m', 'loopscope', 'run', '-o', join('.loopscope', TRACE), 'bank.py'], {
      cwd: folder,
      env: { ...process.env, PYTHONPATH: join(repository, 'runtime/python') },
    })
  },
  openTrace: 'Loopscope: Открыть трассу…',
  server: { asksForTrust: true, language: 'ru', settings: { 'security.workspace.trust.startupPrompt': 'never' } },
})

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
})
