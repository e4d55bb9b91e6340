import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { trace } from '../ascii/trace.ts'
import { pictures, useWindow } from './window.ts'

const window = useWindow('activation', { 'one.looptrace': trace('only : =##===##✓') })

it('sleeps until a trace opens, and tells how long waking took', async () => {
  const { workbench } = window()
  await workbench.runCommand('Developer: Show Running Extensions')
  const rows = workbench.page.locator('.runtime-extensions-editor .extension')
  await rows.first().waitFor()
  expect(await rows.filter({ hasText: 'Loopscope' }).count()).toBe(0)
  await workbench.openFile('one.looptrace')
  await workbench.lane('only').waitFor()
  await workbench.tab('Running Extensions').click()
  const row = rows.filter({ hasText: 'Loopscope' })
  await row.waitFor()
  const time = (await row.innerText()).replaceAll(/\s+/g, ' ')
  expect(time).toMatch(/\d+ ?ms/)
  mkdirSync(pictures, { recursive: true })
  writeFileSync(join(pictures, 'activation.txt'), `${time}\n`)
})
