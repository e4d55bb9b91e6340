import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { ask } from '../../live/client.ts'
import { follow } from '../../live/follow.ts'
import { findProcesses } from '../../live/processes.ts'
import { findAll } from '../../trace/findings/index.ts'
import { liveProcess, type LiveProcess } from '../../trace/live/tree.ts'
import { BLOCKED, DEADLOCK, patience, programs } from './program.ts'

const { control, folder, record } = programs()

const seen = async (followed: ReturnType<typeof follow>): Promise<LiveProcess> => {
  const { model } = await followed.snapshot()
  return liveProcess(model, findAll(model).findings)
}

describe('a process that runs', () => {
  it('shows a deadlock as it happens', async () => {
    const { entry } = await record(DEADLOCK)
    const followed = follow(entry)
    const live = await vi.waitUntil(async () => {
      const now = await seen(followed)
      return now.findings.length > 0 && now
    }, patience)
    expect(live.findings.map(({ kind }) => kind)).toEqual(['deadlock'])
    expect(live.tasks.map(({ name, stuck }) => [name, stuck])).toEqual([
      ['worker-1', 'deadlock'],
      ['worker-2', 'deadlock'],
      ['Task-1', undefined],
    ])
    expect(live.loops.map(({ state }) => state)).toEqual(['polling'])
    await followed.close()
  })

  it('shows what blocks its loop', async () => {
    const { entry } = await record(BLOCKED)
    const followed = follow(entry)
    const live = await vi.waitUntil(async () => {
      const now = await seen(followed)
      return now.loops[0]?.state === 'blocked' && now
    }, patience)
    expect(live.loops[0]).toMatchObject({ runs: 'handler' })
    expect(live.loops[0].frames.map((frame) => frame.function)).toEqual(['crunch', 'handler'])
    await followed.close()
  })

  it('is read on from where it was read, and from the beginning where it was started again', async () => {
    const { entry } = await record(DEADLOCK)
    const followed = follow(entry)
    const whole = await vi.waitUntil(async () => {
      const now = await seen(followed)
      return now.cycles > 0 && now
    }, patience)
    expect(whole.tasks).toHaveLength(3)
    await ask(entry, { request: 'stop' })
    await ask(entry, { request: 'start', path: join(folder, 'again.looptrace') })
    const again = await vi.waitUntil(async () => {
      const now = await seen(followed)
      return now.tasks.length === 3 && now
    }, patience)
    expect(again.tasks.map(({ name }) => name).sort()).toEqual(['Task-1', 'worker-1', 'worker-2'])
    await followed.close()
  })

  it('answers two windows at once', async () => {
    const { entry } = await record(DEADLOCK)
    const windows = [follow(entry), follow(entry)]
    for (let round = 0; round < 5; round++) {
      const seen = await Promise.all(windows.map(async (each) => (await each.snapshot()).model.tasks.count))
      expect(seen).toEqual([3, 3])
    }
    for (const each of windows) await each.close()
  })

  it('has ten thousand tasks', async () => {
    const { entry } = await record(`
import asyncio
async def main():
    event = asyncio.Event()
    tasks = [asyncio.ensure_future(event.wait()) for _ in range(10_000)]
    await asyncio.wait(tasks)
asyncio.run(main())
`)
    const followed = follow(entry)
    const live = await vi.waitUntil(async () => {
      const now = await seen(followed)
      return now.states.waiting === 10_001 && now
    }, patience)
    expect(live.waits).toHaveLength(10_001)
    await followed.close()
  })
})

describe('a process that does not answer', () => {
  it('was killed: its entry is taken away, and told', async () => {
    const { child, entry } = await record(DEADLOCK)
    child.kill('SIGKILL')
    const { stale } = await vi.waitUntil(async () => {
      const found = await findProcesses()
      return found.stale.length > 0 && found
    }, patience)
    expect(stale).toMatchObject([{ entry: { pid: entry.pid }, why: 'gone' }])
    expect(readdirSync(control)).toEqual([])
    await expect(ask(entry, { request: 'snapshot' })).rejects.toMatchObject({ code: 'not-listening' })
  })

  it('dies while it is asked', async () => {
    const { child, entry } = await record(DEADLOCK)
    child.kill('SIGSTOP')
    const answer = expect(ask(entry, { request: 'snapshot' })).rejects.toMatchObject({
      code: 'died',
      message: `Process ${entry.pid} ended before it answered.`,
    })
    child.kill('SIGKILL')
    await answer
  })

  it('is stopped', async () => {
    const { child, entry } = await record(DEADLOCK)
    child.kill('SIGSTOP')
    await expect(ask(entry, { request: 'snapshot' }, 200)).rejects.toMatchObject({
      code: 'no-answer',
      message: `Process ${entry.pid} did not answer within 0.2 s: it is stopped by a signal or a debugger.`,
    })
    child.kill('SIGCONT')
    await expect(ask(entry, { request: 'snapshot' })).resolves.toMatchObject({ trace: entry.trace })
  })

  it('ended in good order, and took its entry away', async () => {
    const { entry } = await record('import asyncio\nasyncio.run(asyncio.sleep(0.5))')
    await vi.waitUntil(() => !existsSync(entry.file), patience)
    expect(await findProcesses()).toEqual({ processes: [], stale: [] })
  })
})

describe('what is not to be believed', () => {
  it('a token of somebody else', async () => {
    const { entry } = await record(DEADLOCK)
    await expect(ask({ ...entry, token: 'x' }, { request: 'snapshot' })).rejects.toMatchObject({
      code: 'unauthenticated',
    })
  })

  it('an entry whose process number is another process by now', async () => {
    const { entry } = await record(DEADLOCK)
    const file = join(control, 'old.json')
    const written = JSON.parse(readFileSync(entry.file, 'utf8')) as object
    writeFileSync(file, JSON.stringify({ ...written, started: '1', socket: join(control, 'old.sock') }))
    const { processes, stale } = await findProcesses()
    expect(stale).toMatchObject([{ why: 'reused' }])
    expect(processes.map(({ pid }) => pid)).toEqual([entry.pid])
    expect(existsSync(file)).toBe(false)
    expect(existsSync(entry.file)).toBe(true)
  })

  it('an entry of another container, which is left alone', async () => {
    const { entry } = await record(DEADLOCK)
    const file = join(control, 'elsewhere.json')
    const written = JSON.parse(readFileSync(entry.file, 'utf8')) as object
    writeFileSync(file, JSON.stringify({ ...written, pid: 1 << 22, namespace: 'pid:[1]' }))
    const { processes, stale } = await findProcesses()
    expect([processes.length, stale.length]).toEqual([1, 0])
    expect(existsSync(file)).toBe(true)
  })

  it('a folder that others can write to, a socket elsewhere, what is no entry', async () => {
    const { entry } = await record(DEADLOCK)
    const open = join(folder, 'open')
    mkdirSync(open)
    chmodSync(open, 0o755)
    copyFileSync(entry.file, join(open, 'copy.json'))
    expect((await findProcesses([open])).processes).toEqual([])
    chmodSync(open, 0o700)
    // The copy names a socket outside its folder.
    writeFileSync(join(open, 'half.json'), '{"version": 1, "pid": ')
    writeFileSync(join(open, 'other.json'), '{"version": 2, "pid": 1}')
    writeFileSync(join(open, 'null.json'), 'null')
    expect(await findProcesses([open])).toEqual({ processes: [], stale: [] })
  })
})
