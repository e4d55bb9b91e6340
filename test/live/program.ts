import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, vi } from 'vitest'
import { findInterpreters } from '../../scripts/interpreters.mjs'
import type { Entry } from '../../live/entry.ts'
import { findProcesses } from '../../live/processes.ts'

export const interpreter = findInterpreters().at(-1)!
export const patience = { timeout: 30_000, interval: 10 }

/** Two workers that take two locks in opposite orders. */
export const DEADLOCK = `
import asyncio
async def worker(first, second):
    async with first:
        await asyncio.sleep(0.01)
        async with second:
            pass
async def main():
    a, b = asyncio.Lock(), asyncio.Lock()
    tasks = [asyncio.ensure_future(worker(a, b)), asyncio.ensure_future(worker(b, a))]
    for number, task in enumerate(tasks, 1): task.set_name(f"worker-{number}")
    await asyncio.wait(tasks)
asyncio.run(main())
`

/** A step that never ends. */
export const BLOCKED = `
import asyncio, time
def crunch():
    time.sleep(600)
async def handler():
    crunch()
async def idle():
    await asyncio.sleep(600)
async def main():
    asyncio.ensure_future(idle()).set_name("idle")
    await asyncio.sleep(0.01)
    asyncio.ensure_future(handler()).set_name("handler")
    await asyncio.sleep(600)
asyncio.run(main())
`

/** A program with two processes of its own, each with a loop; they end when it does. */
export const WORKERS = `
import asyncio, multiprocessing
def work():
    asyncio.run(asyncio.to_thread(multiprocessing.parent_process().join))
async def main():
    spawn, fork = map(multiprocessing.get_context, ("spawn", "forkserver"))
    workers = [spawn.Process(target=work, name="mail"), fork.Process(target=work, name="shop")]
    for worker in workers: worker.start()
    await asyncio.sleep(600)
if __name__ == "__main__":
    asyncio.run(main())
`

/** Recorded programs in a folder of the test file's own, which is also where their entries are. */
export function programs() {
  const folder = mkdtempSync(join(tmpdir(), 'loopscope-live-'))
  const control = join(folder, 'control')
  process.env['LOOPSCOPE_CONTROL'] = control
  const running: ChildProcess[] = []
  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL')
  })
  afterAll(() => rmSync(folder, { recursive: true }))
  let count = 0

  const start = (source: string, ...options: string[]): ChildProcess => {
    const script = join(folder, `program${++count}.py`)
    writeFileSync(script, source)
    const child = spawn(interpreter.path, [...options, script], {
      cwd: folder,
      env: { ...process.env, PYTHONPATH: resolve('runtime/python') },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    running.push(child)
    return child
  }
  return {
    folder,
    control,
    /** Starts a program that is not recorded. */
    start,
    /** Starts a recorded program; its entry, when it listens. */
    async record(source: string, ...options: string[]): Promise<{ child: ChildProcess; entry: Entry }> {
      const trace = join(folder, `trace${count + 1}.looptrace`)
      const child = start(source, '-m', 'loopscope', 'run', ...options, '-o', trace)
      const entry = await vi.waitUntil(
        async () => (await findProcesses()).processes.find(({ pid }) => pid === child.pid),
        patience,
      )
      return { child, entry }
    },
  }
}
