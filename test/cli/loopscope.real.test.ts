import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { TaskReport } from '../../trace/exports/tasks.ts'
import { trace } from '../ascii/trace.ts'
import { terminal } from './run.ts'

const { folder, run: loopscope, write } = terminal()

const drawn = write(
  'drawn.looptrace',
  trace(`
    main  : =#....=##✓         | awaits task child
    child :  =#..=#            | by main, awaits lock, woken by main
  `),
)

describe('bad use', () => {
  it.each([
    [['no-such-command'], /unknown command/],
    [['info'], /missing required argument/],
    [['info', 'nowhere.looptrace'], /^Cannot read nowhere\.looptrace: there is no such file\.$/],
    [['tasks', '.'], /it is a folder/],
    [['info', write('empty.looptrace', '')], /This file is empty/],
    [['info', write('ff.looptrace', new Uint8Array(999).fill(0xff))], /not a Loopscope trace/],
    [['tasks', '--json', drawn, write('text.looptrace', 'hello')], /not a Loopscope trace/],
  ])('%j: status 2 and one sentence on stderr, nothing on stdout', (args, message) => {
    const { status, stdout, stderr } = loopscope(...args)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr.trim()).toMatch(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
})

describe('a trace', () => {
  it('in a table', () => {
    const { status, stdout } = loopscope('tasks', drawn)
    expect(status).toBe(0)
    expect(stdout).toContain('main   main       done')
  })

  it('in JSON', () => {
    const tasks = JSON.parse(loopscope('tasks', '--json', drawn).stdout) as TaskReport[]
    expect(tasks.map(({ name, state }) => [name, state])).toEqual([
      ['main', 'done'],
      ['child', 'running'],
    ])
    const [info] = JSON.parse(loopscope('info', '--json', drawn).stdout) as Record<string, unknown>[]
    expect(info).toMatchObject({ tasks: 2, unfinishedTasks: 1, end: 'exit', pid: 4711 })
  })

  it('that is cut opens, and info says so', () => {
    const cut = write('cut.looptrace', readFileSync(drawn).subarray(0, -70))
    const { status, stdout } = loopscope('info', cut)
    expect(status).toBe(0)
    expect(stdout).toMatch(/notice +The file is cut at byte/)
  })
})

describe('findings', () => {
  it('prints one array, and ends with status 1 where --fail-on says so', () => {
    const hangs = write(
      'hangs.looptrace',
      trace('one : =#.....  | awaits task two\ntwo :  =#....  | awaits task one', { killed: true }),
    )
    expect(JSON.parse(loopscope('findings', '--json', hangs).stdout)).toMatchObject([
      { kind: 'deadlock', severity: 'error' },
    ])
    expect(loopscope('findings', '--fail-on', 'error', hangs).status).toBe(1)
    expect(loopscope('findings', '--fail-on', 'info', drawn).status).toBe(0)
    expect(loopscope('findings', '--format', 'github', hangs).stdout).toMatch(
      /^::error file=app\.py,line=20,title=Deadlock::/,
    )
    const sarif = JSON.parse(loopscope('findings', '--format', 'sarif', hangs).stdout) as { version: string }
    expect(sarif.version).toBe('2.1.0')
  })

  it.each([
    ['--threshold', 'no=1', /^There is no threshold no/],
    ['--threshold', 'hung-after=x', /needs a number/],
    ['--fail-on', 'bad', /^There is no severity bad/],
    ['--format', 'xml', /^There is no format xml/],
  ])('%s %s: status 2 and one sentence', (option, value, message) => {
    const { status, stdout, stderr } = loopscope('findings', option, value, drawn)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(message)
  })
})

describe('record', () => {
  it('records the Python processes of a command and keeps its exit status', () => {
    const script = write('app.py', 'import asyncio, sys\nasyncio.run(asyncio.sleep(0.01))\nsys.exit(3)\n')
    const { status, stderr } = loopscope('record', '-o', 'out.looptrace', '--', 'python3', script)
    expect({ status, stderr }).toEqual({ status: 3, stderr: '' })
    const tasks = JSON.parse(loopscope('tasks', '--json', 'out.looptrace').stdout) as TaskReport[]
    // The rest are what asyncio.run itself does at the end.
    expect(tasks.slice(0, 1).map((task) => [task.coroutine, task.state, task.awaits[0]?.kind])).toEqual([
      ['sleep', 'done', 'sleep'],
    ])
    expect(readdirSync(folder).filter((name) => name.startsWith('out'))).toEqual(['out.looptrace'])
  })

  it('of a command that is not there: one sentence and status 2', () => {
    const { status, stderr } = loopscope('record', '--', 'no-such-program')
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'Cannot start no-such-program: there is no such command.\n',
    })
  })
})
