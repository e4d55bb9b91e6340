import { describe, expect, it } from 'vitest'
import { trace } from '../ascii/trace.ts'
import { useWindow } from './window.ts'

/** A drawn trace names `app.py`; its first task is defined, and waits, at line 10. */
const drawing = 'waiter : =##...##✓'
const drawn = trace(drawing)
const source = Array.from({ length: 40 }, (_, i) => `line_${i + 1} = ${i + 1}\n`).join('')
const window = useWindow('source', {
  'here.looptrace': drawn,
  'app.py': source,
  'elsewhere/away.looptrace': trace(drawing, '/ci/build/package/module.py'),
  'package/module.py': source,
  'hostile.looptrace': trace(drawing, 'vscode://file/etc/passwd'),
  'network.looptrace': trace(drawing, '\\\\server\\share\\app.py'),
  'gone.looptrace': trace(drawing, '/no/such/place/gone.py'),
})

describe('the source line of a lane', () => {
  it('opens in place and takes the focus', async () => {
    const { workbench } = window()
    await workbench.openFile('here.looptrace')
    await workbench.selectLane('waiter')
    await workbench.page.keyboard.press('Enter')
    await workbench.tab('app.py').waitFor()
    await workbench.cursor.filter({ hasText: 'Ln 10, Col 1' }).waitFor()
    expect(await workbench.tab('app.py').getAttribute('aria-selected')).toBe('true')
    expect(await workbench.groups.count()).toBe(1)
  })

  it('opens to the side and leaves the focus in the trace', async () => {
    const { workbench } = window()
    await workbench.openFile('here.looptrace')
    await workbench.selectLane('waiter')
    await workbench.page.keyboard.press('Control+Enter')
    await workbench.tab('app.py').waitFor()
    expect(await workbench.groups.count()).toBe(2)
    await workbench.page.keyboard.press('ArrowUp')
    await workbench.selectedLane('Event loop').waitFor()
  })

  it('of a trace from another machine opens below the workspace', async () => {
    const { workbench } = window()
    await workbench.page.getByRole('treeitem', { name: 'elsewhere' }).click()
    await workbench.openFile('away.looptrace')
    await workbench.selectLane('waiter')
    await workbench.page.keyboard.press('Enter')
    await workbench.tab('module.py').waitFor()
    await workbench.cursor.filter({ hasText: 'Ln 10, Col 1' }).waitFor()
  })

  it.each([
    ['hostile.looptrace', 'is not a path on this machine'],
    ['network.looptrace', 'is not a path on this machine'],
    ['gone.looptrace', '“/no/such/place/gone.py” was not found on this machine'],
  ])('of %s is refused: %s', async (file, sentence) => {
    const { workbench } = window()
    await workbench.openFile(file)
    await workbench.selectLane('waiter')
    await workbench.page.keyboard.press('Enter')
    await workbench.notification(sentence).waitFor()
    expect(await workbench.tabs.count()).toBe(1)
  })
})
