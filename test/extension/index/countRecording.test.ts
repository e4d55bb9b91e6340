import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { countRecording } from '../../../extension/index/countRecording.ts'
import { readTrace } from '../../../trace/format/reader.ts'
import { trace } from '../../ascii/trace.ts'

const drawn = trace('first : =##===##✓\nsecond : =====#==#✓')
const { definitions, events } = readTrace(drawn)
const whole = { tasks: definitions.tasks.count, events: events.count, bytes: drawn.length }
let folder = ''
const count = (isLast = false): ReturnType<typeof countRecording> =>
  countRecording(join(folder, 'app.looptrace'), isLast)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'loopscope-counts-'))
})
afterEach(() => {
  count(true)
  rmSync(folder, { recursive: true })
})

describe('what a recording has so far', () => {
  it('is nothing before there is a file, or a folder', () => {
    expect(count()).toEqual({ processes: 0, tasks: 0, events: 0, bytes: 0 })
    expect(countRecording('/no/such/folder/app.looptrace', true).processes).toBe(0)
  })

  it('grows with the file, wherever that was cut', () => {
    const path = join(folder, 'app.looptrace')
    writeFileSync(path, drawn.subarray(0, 10))
    expect(count()).toEqual({ processes: 1, tasks: 0, events: 0, bytes: 10 })
    appendFileSync(path, drawn.subarray(10, drawn.length - 7))
    expect(count().bytes).toBe(drawn.length - 7)
    appendFileSync(path, drawn.subarray(drawn.length - 7))
    expect(count()).toEqual({ processes: 1, ...whole })
    expect(count()).toEqual({ processes: 1, ...whole })
  })

  it('has the further processes of the program, and no other program’s', () => {
    for (const name of ['app', 'app-4711', 'app-4711-12', 'app-other', 'apple'])
      writeFileSync(join(folder, `${name}.looptrace`), drawn)
    expect(count()).toEqual({ processes: 3, tasks: 3 * whole.tasks, events: 3 * whole.events, bytes: 3 * whole.bytes })
  })
})
