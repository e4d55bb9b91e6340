import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { Finding } from '../../trace/findings/types.ts'
import type { ProcessReport } from '../../trace/live/json.ts'
import { findInterpreters } from '../../scripts/interpreters.mjs'
import { terminal } from '../cli/run.ts'
import { BLOCKED, DEADLOCK, interpreter, patience, programs, WORKERS } from './program.ts'

const { folder, record, start } = programs()
const { run, json } = terminal()

const tree = (pid: number): ProcessReport => json<ProcessReport>('tree', String(pid), '--json')

describe('loopscope', () => {
  it('ps lists what runs recorded', async () => {
    const { entry } = await record(DEADLOCK)
    expect(json<object[]>('ps', '--json')).toMatchObject([{ pid: entry.pid, trace: entry.trace }])
    expect(run('ps').stdout).toContain(`${entry.pid}  `)
  })

  it('ps and tree show the processes of a program below it', async () => {
    const { entry } = await record(WORKERS, '--children')
    const rows = await vi.waitUntil(() => {
      const found = json<{ pid: number; parent: number | null; name: string; argv: string[] }[]>('ps', '--json')
      return found.length === 3 && found
    }, patience)
    expect(rows[0]).toMatchObject({ pid: entry.pid, parent: null, name: '' })
    const workers = rows.slice(1).sort((a, b) => a.name.localeCompare(b.name))
    expect(workers).toMatchObject(['mail', 'shop'].map((name) => ({ name, parent: entry.pid, argv: entry.argv })))
    const lines = run('ps').stdout.trimEnd().split('\n')
    expect(lines[0]).toMatch(/^pid /)
    expect(lines.slice(2).sort()).toEqual([
      expect.stringMatching(/ └ (mail|shop) · /),
      expect.stringMatching(/ └ (mail|shop) · /),
    ])
    const whole = json<ProcessReport & { children: ProcessReport[] }>('tree', String(entry.pid), '--json')
    expect(whole.children.map(({ name }) => name).sort()).toEqual(['mail', 'shop'])
    for (const { tasks } of whole.children) expect(tasks.map(({ state }) => state)).toEqual(['waiting'])
    expect(run('tree', String(entry.pid)).stdout).toMatch(/\nmail · .*\(process \d+, CPython/)
  })

  it('tree says what is wrong first, then who waits for whom', async () => {
    const { entry } = await record(DEADLOCK)
    await vi.waitUntil(() => tree(entry.pid).findings.length > 0, patience)
    const lines = run('tree', String(entry.pid)).stdout.trimEnd().split('\n')
    expect(lines[1]).toBe('3 tasks: 0 running, 0 ready, 3 waiting; 2 stuck, 1 cycle')
    expect(lines[2]).toMatch(/^error: 2 tasks wait for each other/)
    expect(lines.slice(-5).map((line) => line.split(' · ')[0])).toEqual([
      expect.stringMatching(/^Task-1 #1/),
      expect.stringMatching(/^├── worker-1 #2 \[deadlock, cycle\]/),
      expect.stringMatching(/^│ {3}└── Lock \d held by worker-2 #3/),
      expect.stringMatching(/^│ {7}└── Lock \d held by worker-1 #2 .*\(above\)$/),
      expect.stringMatching(/^└── worker-2 #3/),
    ])
  })

  it('tree shows the stack that blocks a loop', async () => {
    const { entry } = await record(BLOCKED)
    await vi.waitUntil(() => tree(entry.pid).loops[0]?.state === 'blocked', patience)
    expect(run('tree', String(entry.pid)).stdout).toMatch(
      /blocked by handler for .*\n {4}crunch · .*:4\n {4}handler · .*:6\n/,
    )
  })

  it('cancel ends a task and says so', async () => {
    const { child, entry } = await record(DEADLOCK)
    await vi.waitUntil(() => tree(entry.pid).cycles > 0, patience)
    const { status, stdout } = run('cancel', String(entry.pid), 'worker-2')
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'worker-2 is cancelled.\n' })
    await vi.waitUntil(() => child.exitCode !== null, patience)
    expect(child.exitCode).toBe(0)
  })

  it('cancel says that a blocked loop cannot', async () => {
    const { entry } = await record(BLOCKED)
    await vi.waitUntil(() => tree(entry.pid).loops[0]?.state === 'blocked', patience)
    const { status, stdout } = run('cancel', String(entry.pid), 'idle')
    expect(status).toBe(0)
    expect(stdout).toMatch(/^idle was asked to cancel and has not ended: its loop is blocked by handler for /)
  })

  it('snapshot writes a trace, mark puts a label into it', async () => {
    const { entry } = await record(DEADLOCK)
    await vi.waitUntil(() => tree(entry.pid).findings.length > 0, patience)
    expect(run('mark', String(entry.pid), 'here it is').status).toBe(0)
    const file = join(folder, 'snapshot.looptrace')
    expect(run('snapshot', String(entry.pid), '-o', file).status).toBe(0)
    expect(json<{ marks: { label: string }[] }[]>('info', file, '--json')[0].marks).toMatchObject([
      { label: 'here it is' },
    ])
    expect(json<Finding[]>('findings', file, '--json').map(({ kind }) => kind)).toEqual(['deadlock'])
  })

  it('stop ends the trace, start begins a further one while the program runs on', async () => {
    const { entry } = await record(DEADLOCK)
    const pid = String(entry.pid)
    await vi.waitUntil(() => tree(entry.pid).cycles > 0, patience)
    const stopped = run('stop', pid)
    expect(stopped.status).toBe(0)
    expect(stopped.stdout).toContain(`${entry.trace} is complete.`)
    expect(json<{ end: string }[]>('info', entry.trace!, '--json')[0].end).toBe('stopped')
    await vi.waitUntil(
      () => json<object[]>('ps', '--json').some((row) => 'trace' in row && row.trace === null),
      patience,
    )
    expect(run('stop', pid)).toMatchObject({ status: 2, stderr: 'Nothing is recorded now.\n' })
    const further = join(folder, 'further.looptrace')
    expect(run('start', pid, '-o', further)).toMatchObject({
      status: 0,
      stdout: `Process ${pid} records to ${further}.\n`,
    })
    await vi.waitUntil(() => tree(entry.pid).states.waiting === 3, patience)
    expect(
      tree(entry.pid)
        .tasks.map(({ name }) => name)
        .sort(),
    ).toEqual(['Task-1', 'worker-1', 'worker-2'])
  })
})

describe('attach', () => {
  it.skipIf(interpreter.minor < 14)('is not needed to look from outside (takes CPython 3.14)', async () => {
    const child = start(DEADLOCK.replace('asyncio.run(', 'print("go", flush=True)\nasyncio.run('))
    await once(child.stdout!, 'data')
    const stdout = await vi.waitUntil(() => {
      const shown = run('tree', String(child.pid))
      expect(shown.stderr).toContain('this is a look from outside')
      return shown.stdout.includes('worker-2 #3 [hung]') && shown.stdout
    }, patience)
    expect(stdout).toMatch(/waits? since/)
  })

  it.skipIf(interpreter.minor < 14)('records a program that already runs (takes CPython 3.14)', async () => {
    const child = start(DEADLOCK.replace('asyncio.run(', 'print("go", flush=True)\nasyncio.run('))
    await once(child.stdout!, 'data')
    await vi.waitUntil(() => run('attach', String(child.pid), '--interrupt').status === 0, patience)
    await vi.waitUntil(() => run('tree', String(child.pid)).status === 0, patience)
    const live = await vi.waitUntil(() => {
      const now = tree(child.pid!)
      return now.findings.length > 0 && now
    }, patience)
    expect(live.tasks.map(({ name, stuck }) => [name, stuck]).sort()).toEqual([
      ['Task-1', 'hung'],
      ['worker-1', 'hung'],
      ['worker-2', 'hung'],
    ])
  })
})

describe('a command that cannot do it: status 2 and one sentence', () => {
  const refused = (...args: string[]): string => {
    const { status, stdout, stderr } = run(...args)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr.trim().split('\n')).toHaveLength(1)
    return stderr.trim()
  }

  it('no process of that number, or no number', () => {
    expect(refused('tree', '4194304')).toBe('There is no process 4194304.')
    expect(refused('tree', 'app.py')).toMatch(/^app\.py is no process id/)
  })

  it('a process that is not recorded', () => {
    const { pid } = start('import time; time.sleep(600)')
    expect(refused('cancel', String(pid), 'main')).toMatch(/is not recorded/)
  })

  it('a process that was killed', async () => {
    const { child, entry } = await record(DEADLOCK)
    child.kill('SIGKILL')
    await vi.waitUntil(() => child.signalCode !== null, patience)
    expect(refused('tree', String(entry.pid))).toBe(
      `Process ${entry.pid} was recorded: it has ended without taking its entry away, as after a kill. Its trace is ${entry.trace}.`,
    )
  })

  it('attach to what is no Python, or too old a one, or nothing', () => {
    const shell = spawn('sleep', ['600'])
    expect(refused('attach', String(shell.pid))).toMatch(/which is no Python: name the interpreter with --python\.$/)
    shell.kill()
    const old = findInterpreters().find(({ minor }) => minor < 14)!
    const { pid } = start('import time; time.sleep(600)')
    expect(refused('attach', String(pid), '--python', old.path)).toMatch(
      /cannot be recorded while it runs: it takes 3\.14/,
    )
    expect(refused('attach', '4194304')).toBe('There is no process 4194304.')
  })

  it('no such task', async () => {
    const { entry } = await record(DEADLOCK)
    expect(refused('cancel', String(entry.pid), 'nobody')).toMatch(/^No living task has the id or name nobody/)
  })
})
