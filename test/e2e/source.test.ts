import { describe, expect, it } from 'vitest'
import { trace } from '../ascii/trace.ts'
import { laneOf, selectLane, useWindow } from './window.ts'

/** The first task of a drawn trace is defined at line 10 of the file that all its code is in. */
const drawing = 'waiter : =##...##✓'
const source = Array.from({ length: 40 }, (_, i) => `line_${i + 1} = ${i + 1}\n`).join('')
const window = useWindow('source', {
  files: {
    'here.looptrace': trace(drawing),
    'app.py': source,
    'away.looptrace': trace(drawing, { file: '/ci/build/package/module.py' }),
    'package/module.py': source,
    'hostile.looptrace': trace(drawing, { file: 'vscode://file/etc/passwd' }),
    'network.looptrace': trace(drawing, { file: '\\\\server\\share\\app.py' }),
    'gone.looptrace': trace(drawing, { file: '/no/such/place/gone.py' }),
    'frozen.looptrace': trace(drawing, { file: '<frozen runpy>' }),
  },
})

describe('the source line of a lane', () => {
  it('opens in place and takes the focus', async () => {
    const { workbench } = window()
    await workbench.openFile('here.looptrace')
    await selectLane(workbench, 'waiter')
    await workbench.page.keyboard.press('Enter')
    await workbench.cursorAt(10)
    await expect.poll(() => workbench.tab('app.py').getAttribute('aria-selected')).toBe('true')
    await expect.poll(() => workbench.page.locator('.editor-group-container').count()).toBe(1)
  })

  it('opens to the side and leaves the focus in the trace', async () => {
    const { workbench } = window()
    await workbench.openFile('here.looptrace')
    await selectLane(workbench, 'waiter')
    await workbench.page.keyboard.press('Control+Enter')
    await workbench.tab('app.py').waitFor()
    await expect.poll(() => workbench.page.locator('.editor-group-container').count()).toBe(2)
    await workbench.page.keyboard.press('ArrowUp')
    await laneOf(workbench, 'Event loop', { selected: true }).waitFor()
  })

  it('of a trace from another machine opens below the workspace', async () => {
    const { workbench } = window()
    await workbench.openFile('away.looptrace')
    await selectLane(workbench, 'waiter')
    await workbench.page.keyboard.press('Enter')
    await workbench.tab('module.py').waitFor()
    await workbench.cursorAt(10)
  })

  it.each([
    ['hostile.looptrace', 'is not a path on this machine'],
    ['network.looptrace', 'is not a path on this machine'],
    ['gone.looptrace', '“/no/such/place/gone.py” was not found on this machine'],
    ['frozen.looptrace', 'this code has no file (<frozen runpy>)'],
  ])('of %s is refused: %s', async (file, sentence) => {
    const { workbench } = window()
    await workbench.openFile(file)
    await selectLane(workbench, 'waiter')
    await workbench.page.keyboard.press('Enter')
    await workbench.notification(sentence).waitFor()
    await expect.poll(() => workbench.page.locator('.tabs-container').getByRole('tab').count()).toBe(1)
  })
})
