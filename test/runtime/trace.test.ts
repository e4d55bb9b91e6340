import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { taskReports, type TaskReport } from '../../trace/exports/tasks.ts'
import { findAll } from '../../trace/findings/index.ts'
import { readTrace } from '../../trace/format/reader.ts'
import { buildModel } from '../../trace/model/build.ts'
import { built, start, until } from './node.ts'

const sourceOf = (name: string): string => join(import.meta.dirname, `programs/${name}.ts`)
const source = sourceOf('workers')
/** The line of a program that contains the text. */
const line = (text: string, name = 'workers'): number =>
  readFileSync(sourceOf(name), 'utf8')
    .split('\n')
    .findIndex((each) => each.includes(text)) + 1

let program: string
beforeAll(async () => {
  program = await built('workers')
})

function reports(path: string): TaskReport[] {
  return [...taskReports(buildModel(readTrace(readFileSync(path))))]
}

describe('LOOPSCOPE=path records a program', () => {
  let tasks: TaskReport[]
  let path: string
  const task = (name: string) => tasks.find((each) => each.name === name)!

  beforeAll(async () => {
    path = join(dirname(program), 'whole.looptrace')
    const { status, stdout, stderr } = await start(program, [], { LOOPSCOPE: path }).ended
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' })
    tasks = reports(path)
  })

  it('names the runtime and ends in good order', () => {
    const file = readTrace(readFileSync(path))
    expect(file.header.runtime.name).toBe('loopscope-typescript')
    expect(file.header.interpreter).toMatchObject({ name: 'Node.js', version: process.versions.node })
    expect(file.end).toBe('exit')
  })

  it('tells how each task ended, and who created it', () => {
    const main = tasks[0]
    expect(main).toMatchObject({
      coroutine: 'main',
      state: 'done',
      parent: null,
      file: source,
      line: line('function* main'),
    })
    expect(task('one')).toMatchObject({
      coroutine: 'worker',
      state: 'done',
      parent: main.id,
      line: line('function* worker'),
    })
    expect(task('bad')).toMatchObject({ state: 'failed', exception: 'Error: on purpose' })
    expect(task('slow')).toMatchObject({ state: 'cancelled', cancelRequests: [{ by: main.id, message: 'enough' }] })
  })

  it('tells what each await waited for, at its line of the TypeScript', () => {
    const awaits = (name: string) =>
      task(name).awaits.map(({ kind, file, line: at, target }) => ({ kind, file, line: at, target }))
    expect(awaits('one')).toEqual([
      {
        kind: 'queue_get',
        file: source,
        line: line('yield* queue.get()'),
        target: expect.stringContaining('Queue') as string,
      },
      { kind: 'sleep', file: source, line: line('yield* sleep(0.02)'), target: '20.0 ms' },
    ])
    expect(awaits('two')[1]).toMatchObject({ kind: 'lock', line: line('yield* lock.with') })
    expect(tasks[0].awaits.map(({ kind }) => kind)).toEqual(['sleep', 'task_group'])
  })
})

describe('a recorder in trouble', () => {
  it('leaves whole events behind when the process is killed', async () => {
    const path = join(dirname(program), 'killed.looptrace')
    const { child, ended } = start(program, ['hang'], { LOOPSCOPE: path })
    const written = () => (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0
    await until(() => written() && reports(path).some(({ state }) => state === 'cancelled'))
    child.kill('SIGKILL')
    await ended
    const file = readTrace(readFileSync(path))
    expect(file.end).toBe('open')
    expect(reports(path).find(({ name }) => name === 'two')).toMatchObject({ state: 'done' })
    expect(reports(path)[0]).toMatchObject({
      state: 'waiting',
      awaits: expect.arrayContaining([expect.objectContaining({ kind: 'sleep', untilNs: null })]) as unknown,
    })
  })

  it('tells that a program with nothing to do lives, so that a hang is found after it was killed', async () => {
    const hanging = await built('hang')
    const path = join(dirname(hanging), 'hang.looptrace')
    const { child, ended } = start(hanging, [], { LOOPSCOPE: path })
    const model = () => buildModel(readTrace(readFileSync(path)))
    await until(() => (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0 && model().endNs > 3e9)
    child.kill('SIGKILL')
    await ended
    // Who waits for tasks has not left them behind.
    expect(findAll(model()).findings).toMatchObject([{ kind: 'hung-task', line: line('yield* event.wait()', 'hang') }])
  })

  it('says so once and lets the program run when the file cannot be made', async () => {
    const { status, stderr } = await start(program, [], { LOOPSCOPE: '/proc/no/such/folder/x.looptrace' }).ended
    expect(status).toBe(0)
    expect(stderr).toMatch(/^loopscope: this process is not recorded: .*\n$/)
  })

  it('makes the folder that LOOPSCOPE names', async () => {
    const folder = join(dirname(program), 'new', 'deep')
    const { stderr } = await start(program, [], { LOOPSCOPE: `${folder}/` }).ended
    expect(stderr).toBe('')
    expect(readdirSync(folder).map((name) => readTrace(readFileSync(join(folder, name))).end)).toEqual(['exit'])
  })

  it('does not overwrite a trace that LOOPSCOPE names and that is there', async () => {
    const path = join(dirname(program), 'twice.looptrace')
    await start(program, [], { LOOPSCOPE: path }).ended
    const { child, ended } = start(program, [], { LOOPSCOPE: path })
    await ended
    expect(existsSync(join(dirname(program), `twice-${child.pid}.looptrace`))).toBe(true)
  })
})
