import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { findInterpreters } from '../../scripts/interpreters.mjs'
import { readTrace } from '../../trace/format/reader.ts'
import { laneOf, selectLane, useWindow } from './window.ts'

const window = useWindow('live', { files: { 'notes.txt': 'a text\n' }, programs: ['ticking.py'] })

describe('a program that runs while its trace is open', () => {
  let program: ChildProcess | undefined
  let stop = ''
  afterAll(async () => {
    if (!program || program.exitCode !== null) return
    writeFileSync(stop, '')
    await once(program, 'exit')
  })

  it('adds its tasks to the lanes, with the selection and the page as they are, to the end', async () => {
    const { workbench, folder } = window()
    const path = join(folder, 'live.looptrace')
    stop = join(folder, 'stop')
    const python = findInterpreters().at(-1)!.path
    const env = { ...process.env, PYTHONPATH: resolve('runtime/python') }
    program = spawn(python, ['-m', 'loopscope', 'run', '-o', path, 'ticking.py', stop], { env, cwd: folder })
    const recorded = (): string => (existsSync(path) ? readFileSync(path, 'latin1') : '')
    await expect.poll(recorded, { timeout: 30_000 }).toContain('tick-3')

    await workbench.openFile('live.looptrace')
    await selectLane(workbench, 'tick-2')
    const summary = workbench.trace.locator('.summary')
    // What a page that was loaded anew would not have.
    await summary.evaluate((element) => Object.assign(element, { isTheSame: true }))
    const tasks = async (): Promise<number> => {
      const text = (await summary.textContent())!
      return Number(/([\d,]+) tasks/.exec(text)![1].replaceAll(',', ''))
    }
    const before = await tasks()
    await expect.poll(tasks, { timeout: 60_000 }).toBeGreaterThan(before + 20)
    const live = workbench.trace.getByRole('button', { name: /^● Live, / })
    await live.waitFor()
    await laneOf(workbench, 'tick-2', { selected: true }).waitFor()

    const ended = once(program, 'exit')
    writeFileSync(stop, '')
    await ended
    await live.waitFor({ state: 'hidden' })
    await expect.poll(tasks).toBe(readTrace(readFileSync(path)).definitions.tasks.count)
    expect(await summary.evaluate((element) => 'isTheSame' in element)).toBe(true)
  })
})
