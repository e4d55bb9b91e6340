import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { useWindow } from './window.ts'

const RECORD = 'Loopscope: Record Python File'
const window = useWindow('recording', {
  'failing.py':
    'import asyncio, sys\nasync def main(): await asyncio.sleep(0.01)\nasyncio.run(main())\nsys.exit("no luck")\n',
  'plain.py': 'import sys\nsys.exit(7)\n',
})

describe('recording a Python file', () => {
  it('by the palette runs it and opens its trace', async () => {
    const { workbench, folder } = window()
    await workbench.openFile('pipeline.py')
    await workbench.runCommand(RECORD)
    await workbench.tab(/^pipeline-.*\.looptrace/).waitFor()
    await workbench.lane('transformer-0').waitFor()
    expect(readFileSync(join(folder, '.loopscope', '.gitignore'), 'utf8')).toBe('*\n')
  })

  it('by the button in the title of its editor, with what was typed last', async () => {
    const { workbench } = window()
    await workbench.openFile('blocking.py')
    await workbench.page.keyboard.press('Control+Home')
    await workbench.page.keyboard.type('import asyncio as typed; ')
    await workbench.page.getByRole('button', { name: 'Record Python File' }).click()
    await workbench.tab(/^blocking-.*\.looptrace/).waitFor()
    await workbench.lane('Task-1').waitFor()
    expect(readFileSync(join(window().folder, 'blocking.py'), 'utf8')).toMatch(/^import asyncio as typed; /)
  })

  it('of a program that fails shows the trace and the exit code', async () => {
    const { workbench } = window()
    await workbench.openFile('failing.py')
    await workbench.runCommand(RECORD)
    await workbench.notification('failing.py ended with exit code 1').waitFor()
    await workbench.lane('Task-1').waitFor()
  })

  it('of a program that hangs can be stopped, and the trace shows who waits', async () => {
    const { workbench, folder } = window()
    await workbench.openFile('deadlock.py')
    await workbench.runCommand(RECORD)
    await expect.poll(() => recordings(folder, 'deadlock'), { timeout: 30_000 }).toContainEqual(expect.any(Number))
    await workbench.page.getByRole('button', { name: 'Recording deadlock.py' }).click()
    await workbench.tab(/^deadlock-.*\.looptrace/).waitFor()
    await workbench.lane('worker-1').waitFor()
    await workbench.lane('worker-2').waitFor()
  })
})

/** Sizes of the non-empty recordings of a program. */
function recordings(folder: string, program: string): number[] {
  const place = join(folder, '.loopscope')
  return readdirSync(place)
    .filter((name) => name.startsWith(`${program}-`) && name.endsWith('.looptrace'))
    .map((name) => readFileSync(join(place, name)).length)
    .filter((size) => size > 0)
}
