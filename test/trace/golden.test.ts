import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Event } from '../../trace/format/schema.ts'
import { readTrace } from '../../trace/format/reader.ts'
import { buildModel } from '../../trace/model/build.ts'
import { forEachEvent } from '../../trace/model/eventOrder.ts'
import { coroutineName, outcomeText, taskName } from '../../trace/model/describe.ts'
import { goldenBytes, type GoldenSpec } from '../golden/write.ts'

const folder = new URL('../golden/', import.meta.url)
const names = readdirSync(folder).filter((name) => name.endsWith('.json'))

describe.each(names)('golden file %s', (name) => {
  const spec = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as GoldenSpec
  const bytes = new Uint8Array(readFileSync(new URL(name.replace('.json', '.looptrace'), folder)))

  it('is what the TypeScript writer writes, byte for byte', () => {
    expect(Buffer.from(goldenBytes(spec)).equals(Buffer.from(bytes))).toBe(true)
  })

  it('is read without a notice, to the last event', () => {
    const file = readTrace(bytes)
    expect(file.damage).toBeUndefined()
    expect(file.header.argv).toEqual(spec.header['argv'])
    const events = spec.blocks.flatMap((block) => (block.type === 'EVENTS' ? block.records : []))
    expect(file.events.count).toBe(events.length)
    const read: unknown[] = []
    forEachEvent(file.events.blocks, (kind, aux, atNs, a, b) => read.push([kind, atNs, aux, a, b]))
    const said = spec.blocks.flatMap((block) =>
      block.type !== 'EVENTS'
        ? []
        : block.records.map(([name, aux, dtNs, a, b]) => [Event[name], block.baseNs + dtNs, aux, a, b]),
    )
    expect(read).toEqual(said)
    const strings = spec.blocks
      .flatMap((block) => (block.type === 'DEFINITIONS' ? block.records : []))
      .filter(([kind]) => kind === 'STRING')
    expect(file.definitions.strings.slice(1)).toEqual(strings.map((record) => record[2]))
  })
})

it('the basic golden file means what it says', () => {
  const model = buildModel(readTrace(new Uint8Array(readFileSync(new URL('basic.looptrace', folder)))))
  expect(taskName(model, 2)).toBe('main')
  expect(coroutineName(model, 2)).toBe('worker')
  expect(outcomeText(model, 1)).toBe('cancelled')
  expect(outcomeText(model, 2)).toBe('failed: ValueError: 𝕏')
  expect(model.cancels.deliveredNs[0]).toBe(5_000_000_000_008)
  expect(model.endNs).toBe(5_004_294_968_000)
  expect(model.notices).toEqual(['The recorder left out 12 events.'])
})
