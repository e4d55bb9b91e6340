// What a trace says of connections, processes, signals and waits: what the recorder for Python says of the same program.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { findInterpreters } from '../../scripts/interpreters.mjs'
import { taskReports } from '../../trace/exports/tasks.ts'
import { ObjectCode } from '../../trace/format/schema.ts'
import { readTrace } from '../../trace/format/reader.ts'
import { buildModel } from '../../trace/model/build.ts'
import { connectionText, happeningText, processText } from '../../trace/model/describeIo.ts'
import type { TraceModel } from '../../trace/model/types.ts'
import { built, start } from './node.ts'

const repository = join(import.meta.dirname, '../..')
const python = findInterpreters().find(({ minor }) => minor === 13)
let folder: string
let ours: TraceModel

const modelOf = (path: string): TraceModel => buildModel(readTrace(readFileSync(path)))

/** In words, without what differs from run to run: numbers of things, ports, processes, times, and what a handler is called. */
function said(model: TraceModel): string[] {
  const rows = <T>(column: ArrayLike<T>, text: (model: TraceModel, row: number) => string): string[] =>
    Array.from(column, (_, row) => text(model, row))
  const texts = [
    ...rows(model.connections.object, connectionText),
    ...rows(model.processes.object, processText),
    ...rows(model.happenings.kind, happeningText),
  ]
  const plain = (text: string): string =>
    text
      .replace(/(connection|server|pipe|Process) \d+/, '$1')
      .replace(/(pid|process) \d+/g, '$1')
      .replace(/:\d{4,5}\b/g, ':port')
      .replace(/[\d.]+ [mµn]?s\b/g, 'time')
      .replace(/ ran .*/, '')
  return texts.map(plain).sort()
}

beforeAll(async () => {
  const program = await built('network')
  folder = dirname(program)
  const path = join(folder, 'network.looptrace')
  const { status, stderr } = await start(program, [], { LOOPSCOPE: path }).ended
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  ours = modelOf(path)
})

describe('a trace', () => {
  it('tells connections with their ends and bytes, processes with how they ended, signals', () => {
    expect(said(ours)).toEqual([
      'Process (cat -), pid: SIGKILL ended it after time',
      'SIGUSR2',
      'TCP connection (127.0.0.1:port ← 127.0.0.1:port): open for time, read 6 B, wrote 6 B',
      'TCP connection (127.0.0.1:port → 127.0.0.1:port): open for time, read 6 B, wrote 6 B',
      'pipe (stdin of process): open for time, read 0 B, wrote 5 B',
      'pipe (stdout of process): open for time, read 5 B, wrote 0 B',
      'server (127.0.0.1:port): open for time, read 0 B, wrote 0 B',
    ])
  })

  it('tells which tasks a wait is for', () => {
    const waits = Array.from(ours.scopes.object).filter(
      (object) => ours.tables.objects.kind[object] === ObjectCode.wait,
    )
    expect(waits).toHaveLength(1)
  })

  it('tells which connection or process a task waits for', () => {
    const main = [...taskReports(ours)][0]
    const targets = main.awaits.map(({ kind, target }) => `${kind} ${target}`)
    expect(targets).toContainEqual(expect.stringMatching(/^read StreamReader \d+ \(127\.0\.0\.1:\d+ → 127/))
    expect(targets).toContainEqual(expect.stringMatching(/^subprocess Process \d+ \(cat -\)/))
  })

  it.skipIf(python === undefined)('says what one of the same program in Python says', () => {
    const path = join(folder, 'python.looptrace')
    const args = ['-m', 'loopscope', 'run', '-o', path, join(import.meta.dirname, 'programs/network.py')]
    const env = { ...process.env, PYTHONPATH: join(repository, 'runtime/python'), LOOPSCOPE: '' }
    execFileSync(python!.path, args, { env, stdio: 'pipe' })
    expect(said(ours)).toEqual(said(modelOf(path)))
  })
})
