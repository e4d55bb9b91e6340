import { expect, it } from 'vitest'
import { useWindow } from './window.ts'

const window = useWindow('interpreter', {
  '.vscode/settings.json': JSON.stringify({ 'loopscope.pythonPath': '/no/such/python' }),
})

it('recording without a Python that runs says so in one sentence, with a way to the setting', async () => {
  const { workbench } = window()
  await workbench.openFile('pipeline.py')
  await workbench.runCommand('Loopscope: Record Python File')
  const message = workbench.notification('/no/such/python could not be run')
  await message.getByRole('button', { name: 'Open Setting' }).click()
  await workbench.tab('Settings').waitFor()
  expect(await workbench.tabs.count()).toBe(2)
})
