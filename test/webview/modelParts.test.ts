import { expect, it } from 'vitest'
import { TraceReader } from '../../trace/format/reader.ts'
import { findAll } from '../../trace/findings/index.ts'
import { ModelBuilder } from '../../trace/model/build.ts'
import { assembly, inParts, type ModelPart } from '../../webview/loading/modelParts.ts'
import { manyTasks } from './manyTasks.ts'

const TASKS = 3000

/** A model in which columns have room for what comes. */
function growing(): ReturnType<ModelBuilder['build']> {
  const reader = new TraceReader()
  reader.push(manyTasks(TASKS, 20, 0n))
  const file = reader.peek()!
  const builder = new ModelBuilder(file.header, file.definitions)
  builder.expect(1 << 24)
  builder.append(file.events.take())
  return builder.build(file)
}

it('a model in parts is the model, without the room for what comes', () => {
  const model = growing()
  const copy = assembly()
  const parts = [...inParts(model)].map((part): ModelPart => structuredClone(part))
  expect(parts.length).toBeGreaterThan(10)
  for (const part of parts) copy.take(part)
  const { segments, runs, ...rest } = copy.model
  for (const name of Object.keys(rest) as (keyof typeof rest)[]) expect(rest[name], name).toEqual(model[name])
  for (const [copied, whole] of [
    [segments, model.segments],
    [runs, model.runs],
  ] as const) {
    expect(copied.last).toEqual(whole.last)
    const rows = Math.max(...whole.last)
    expect(copied.startNs).toEqual(whole.startNs.subarray(0, rows))
    expect(whole.startNs.length).toBeGreaterThan(rows)
  }
  expect(findAll(copy.model).findings).toEqual(findAll(model).findings)
})

it('no part is more than a frame can spare', () => {
  const bytes = (value: unknown): number =>
    ArrayBuffer.isView(value)
      ? value.buffer.byteLength
      : typeof value === 'object' && value !== null
        ? Object.values(value).reduce((sum: number, part) => sum + bytes(part), 0)
        : 8
  for (const part of inParts(growing())) expect(bytes(part)).toBeLessThanOrEqual(2 << 20)
})
