import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { ask } from '../../live/client.ts'
import type { Entry } from '../../live/entry.ts'
import { follow, type Followed } from '../../live/follow.ts'
import { findProcesses } from '../../live/processes.ts'
import type { Request } from '../../live/requests.ts'
import { taskReports } from '../../trace/exports/tasks.ts'
import { findAll } from '../../trace/findings/index.ts'
import { Event } from '../../trace/format/schema.ts'
import { liveProcess, type LiveProcess } from '../../trace/live/tree.ts'
import { Outcome, type TraceModel } from '../../trace/model/types.ts'
import { built, start } from './node.ts'

const patience = { timeout: 50_000, interval: 20 }
const folder = mkdtempSync(join(tmpdir(), 'loopscope-control-'))
const control = join(folder, 'control')
process.env['LOOPSCOPE_CONTROL'] = control
let program: string
beforeAll(async () => {
  program = await built('controlled')
})
const running: ChildProcess[] = []
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})
afterAll(() => rmSync(folder, { recursive: true }))

let count = 0
/** Starts the program recorded; its entry, when it listens. */
async function record(...args: string[]): Promise<{ entry: Entry; ended: ReturnType<typeof start>['ended'] }> {
  const { child, ended } = start(program, args, { LOOPSCOPE: join(folder, `trace${++count}.looptrace`) })
  running.push(child)
  const entry = await vi.waitUntil(
    async () => (await findProcesses()).processes.find(({ pid }) => pid === child.pid),
    patience,
  )
  return { entry, ended }
}

const leftBy = (pid: number): string[] =>
  existsSync(control) ? readdirSync(control).filter((name) => name.startsWith(`${pid}-`)) : []

const marks = ({ happenings, tables }: TraceModel): string[] =>
  [...happenings.kind.keys()]
    .filter((row) => happenings.kind[row] === Event.MARK)
    .map((row) => tables.strings[happenings.subject[row]])

async function seen(followed: Followed): Promise<LiveProcess> {
  const { model } = await followed.snapshot()
  return liveProcess(model, findAll(model).findings)
}

/** What the program shows as soon as it shows that. */
async function whenSeen(followed: Followed, holds: (live: LiveProcess) => boolean): Promise<LiveProcess> {
  return vi.waitUntil(async () => {
    // A machine that is busy may keep the program from answering in time.
    const live = await seen(followed).catch(() => undefined)
    return live && holds(live) && live
  }, patience)
}

describe('a program on @loopscope/asyncio that runs', () => {
  it('shows a deadlock; a task that is cancelled from outside lets it end, and take its entry away', async () => {
    const { entry, ended } = await record('deadlock')
    expect(entry).toMatchObject({ interpreter: { name: 'Node.js', version: process.versions.node } })
    expect([control, entry.file, entry.socket!].map((path) => statSync(path).mode & 0o777)).toEqual([
      0o700, 0o600, 0o600,
    ])
    const followed = follow(entry)
    const live = await whenSeen(followed, ({ findings }) => findings.length > 0)
    expect(live.findings[0].kind).toBe('deadlock')
    const place = live.tasks.find(({ name }) => name === 'worker-2')!
    expect(place).toMatchObject({ stuck: 'deadlock', at: { line: 10 } })
    await ask(entry, { request: 'cancel', task: place.id })
    expect(await ended).toEqual({ status: 0, stdout: '', stderr: '' })
    const model = (await followed.readOn())!
    const [request] = [...taskReports(model)].find(({ name }) => name === 'worker-2')!.cancelRequests
    expect(request).toMatchObject({ by: null })
    expect(leftBy(entry.pid)).toEqual([])
    await followed.close()
  })

  it('shows what blocks its loop, and takes requests meanwhile', async () => {
    const { entry } = await record('computes')
    const followed = follow(entry)
    const live = await whenSeen(followed, ({ loops }) => loops[0]?.state === 'blocked')
    expect(live.loops[0]).toMatchObject({ runs: 'handler' })
    expect(live.loops[0].frames.map((frame) => frame.function)).toEqual(['crunch', 'handler'])
    const waits = live.tasks.filter(({ name }) => name.startsWith('worker')).map(({ at }) => at?.line)
    expect(waits).toEqual([10, 10])
    await vi.waitUntil(() => ask(entry, { request: 'mark', label: 'meanwhile' }).catch(() => false), patience)
    const { model } = await followed.snapshot(30_000)
    expect(marks(model)).toContain('meanwhile')
    await followed.close()
  })

  it('shows what blocks its loop from the first turn on', async () => {
    const { entry } = await record('blocks')
    const followed = follow(entry)
    const live = await whenSeen(followed, ({ loops }) => loops[0]?.state === 'blocked')
    expect(live.loops[0]).toMatchObject({ runs: 'handler' })
    expect(live.loops[0].frames.map((frame) => frame.function)).toEqual(['crunch', 'handler'])
    await followed.close()
  })

  it('says that it cannot, in a call of the system’s; what was refused is not done later', async () => {
    const free = join(folder, 'free')
    const { entry, ended } = await record('calls', free)
    const isRefused = (request: Request): Promise<boolean> =>
      ask(entry, request).then(
        () => false,
        (error: { code?: string }) => error.code === 'blocked',
      )
    await vi.waitUntil(() => isRefused({ request: 'snapshot' }), patience)
    expect(await isRefused({ request: 'cancel', task: 2 })).toBe(true)
    writeFileSync(free, '')
    const followed = follow(entry)
    const live = await whenSeen(followed, ({ tasks }) => !tasks.some(({ name }) => name === 'handler'))
    expect(live.tasks.map(({ name, stuck }) => [name, stuck])).toContainEqual(['worker-1', 'deadlock'])
    await ask(entry, { request: 'cancel', task: 2 })
    expect((await ended).status).toBe(0)
    await followed.close()
  })

  it('is recorded anew from where it is, when it is stopped and started', async () => {
    const { entry } = await record('deadlock')
    const followed = follow(entry)
    await whenSeen(followed, ({ cycles }) => cycles > 0)
    const { trace } = await ask(entry, { request: 'stop' })
    await expect(ask(entry, { request: 'snapshot' })).rejects.toMatchObject({ code: 'not-recording' })
    await expect(ask(entry, { request: 'start', path: join(String(trace), 'below') })).rejects.toMatchObject({
      code: 'cannot-write',
    })
    const further = await ask(entry, { request: 'start' })
    expect(further.trace).not.toBe(trace)
    await expect(ask(entry, { request: 'start' })).rejects.toMatchObject({ code: 'already-recording' })
    const again = await whenSeen(followed, ({ states }) => states.waiting === 3)
    expect(again.tasks.map(({ name, waitsFor, at }) => [name, waitsFor.split(' ')[0], at?.line]).sort()).toEqual([
      ['Task-1', 'wait', 32],
      ['worker-1', 'lock', 10],
      ['worker-2', 'lock', 10],
    ])
    expect(again.loops.map(({ state }) => state)).toEqual(['polling'])
    await followed.close()
  })

  it('has ten thousand tasks', async () => {
    const { entry } = await record('many')
    const followed = follow(entry)
    const live = await whenSeen(followed, ({ states }) => states.waiting === 10_003)
    expect(live.waits.length).toBeGreaterThanOrEqual(10_003)
    await followed.close()
  })

  it('ends as it would without', async () => {
    const { child, ended } = start(program, ['ends'], { LOOPSCOPE: join(folder, 'ends.looptrace') })
    running.push(child)
    expect(await ended).toEqual({ status: 0, stdout: '', stderr: '' })
    expect(leftBy(child.pid!)).toEqual([])
  })

  it('says where its channel cannot be, and runs on', async () => {
    const env = { LOOPSCOPE: join(folder, 'open.looptrace'), LOOPSCOPE_CONTROL: '/proc' }
    const { child } = start(program, ['deadlock'], env)
    running.push(child)
    const [said] = (await once(child.stderr!, 'data')) as [Buffer]
    expect(String(said)).toMatch(/^loopscope: there is no control channel: .*\n$/)
  })
})

describe('what is not to be done', () => {
  /** What comes for these bytes until the connection ends or there are so many lines. */
  async function told({ socket }: Entry, ...lines: string[]): Promise<Record<string, unknown>[]> {
    const connection = connect(socket!)
    connection.end(lines.map((line) => `${line}\n`).join(''))
    const answers = (await text(connection)).trimEnd().split('\n')
    return answers.map((line) => JSON.parse(line) as Record<string, unknown>)
  }

  it('is refused, and changes nothing', async () => {
    const { entry } = await record('deadlock')
    const { token } = entry
    const request = (more: object): string => JSON.stringify({ token, ...more })
    expect(
      await told(
        entry,
        'no JSON',
        '[]',
        request({ request: 'exec', code: '1' }),
        request({ request: 'toString' }),
        request({ request: 'cancel', task: 'worker-1' }),
        request({ request: 'cancel', task: 99 }),
        request({ request: 'mark', label: 'x'.repeat(1001) }),
        request({ request: 'start', path: 'relative', id: 7 }),
        request({ request: 'snapshot', id: {} }),
        JSON.stringify({ request: 'stop' }),
        request({ request: 'stop' }),
      ),
    ).toMatchObject([
      ...['bad-request', 'bad-request', 'bad-request', 'bad-request', 'bad-request'].map((error) => ({ error })),
      ...['no-such-task', 'bad-request'].map((error) => ({ error })),
      { error: 'already-recording', id: 7 },
      { error: 'bad-request' },
      // With it the connection ends.
      { error: 'unauthenticated' },
    ])
    expect(await told(entry, request({ request: 'mark', label: 'x'.repeat(20_000) }))).toMatchObject([
      { ok: false, error: 'too-large' },
    ])
    await expect(ask({ ...entry, token: `${token}x` }, { request: 'stop' })).rejects.toMatchObject({
      code: 'unauthenticated',
    })
    const { model } = await follow(entry).snapshot()
    expect(marks(model)).toEqual([])
    expect([...model.tasks.outcome.subarray(1, 4)]).toEqual([0, 0, 0].map(() => Outcome.unfinished))
  })
})
