import { expect, it } from 'vitest'
import { useWindow } from './window.ts'

const settings = JSON.stringify({ 'loopscope.pythonPath': '/no/such/python' })
const window = useWindow('interpreter', { files: { '.vscode/settings.json': settings }, programs: ['blocking.py'] })

it('recording without a Python that runs says so in one sentence and leads to the setting', async () => {
  const { workbench } = window()
  await workbench.openFile('blocking.py')
  await workbench.runCommand('Loopscope: Record Python File')
  const message = workbench.notification('/no/such/python could not be run')
  await message.getByRole('button', { name: 'Open Setting' }).click()
  await workbench.tab('Settings').waitFor()
  await expect.poll(() => workbench.explorer.filter({ hasText: '.loopscope' }).count()).toBe(0)
})
