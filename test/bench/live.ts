// What it takes to fill the tree of a process with 10,000 tasks: `npm run bench:live -- [PYTHON]`.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { follow } from '../../live/follow.ts'
import { findProcesses } from '../../live/processes.ts'
import { findAll } from '../../trace/findings/index.ts'
import { processText } from '../../trace/live/text.ts'
import { liveProcess } from '../../trace/live/tree.ts'

const TASKS = 10_000
const PROGRAM = `
import asyncio
async def main():
    event = asyncio.Event()
    tasks = [asyncio.ensure_future(event.wait()) for _ in range(${TASKS})]
    await asyncio.wait(tasks)
asyncio.run(main())
`
const folder = mkdtempSync(join(tmpdir(), 'loopscope-bench-'))
process.env['LOOPSCOPE_CONTROL'] = join(folder, 'control')
writeFileSync(join(folder, 'program.py'), PROGRAM)
const child = spawn(process.argv[2] ?? 'python3', ['-m', 'loopscope', 'run', 'program.py'], {
  cwd: folder,
  env: { ...process.env, PYTHONPATH: resolve('runtime/python') },
  stdio: 'inherit',
})
try {
  let found = await findProcesses()
  while (found.processes.length === 0) {
    await delay(10)
    found = await findProcesses()
  }
  for (let round = 0; round < 5; round++) {
    const times: string[] = []
    let lastMs = performance.now()
    const lap = (what: string): void => {
      times.push(`${what} ${(performance.now() - lastMs).toFixed(0)} ms`)
      lastMs = performance.now()
    }
    const { processes } = await findProcesses()
    lap('find')
    const followed = follow(processes[0])
    const { model } = await followed.snapshot()
    lap('snapshot and model')
    const { findings } = findAll(model)
    lap('findings')
    const live = liveProcess(model, findings)
    lap('tree')
    processText(live)
    lap('text')
    await followed.snapshot()
    lap('next snapshot')
    await followed.close()
    console.log(`${live.tasks.length} tasks, load ${loadavg()[0].toFixed(1)}: ${times.join(', ')}`)
  }
} finally {
  child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
}
