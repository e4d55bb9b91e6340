import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { EVENT_WORDS } from '../../trace/format/events.ts'
import { readTrace } from '../../trace/format/reader.ts'
import { Event, ObjectCode } from '../../trace/format/schema.ts'
import { record } from '../../runtime/typescript/index.ts'
import { recorder, type TracedTransport } from '../../runtime/typescript/trace/hooks.ts'

/** Bytes are counted and told when the recorder writes: those of more connections than a block has room for, at once. */
it('tells the bytes of 20,000 connections', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'loopscope-many-')), 'many.looptrace')
  const recording = record({ path })
  const transports = Array.from({ length: 20_000 }, (): TracedTransport => ({ _traffic: undefined }))
  for (const transport of transports)
    recorder!.opened(transport, { kind: ObjectCode.transport, label: 'TCP connection', detail: '' })
  for (const transport of transports) {
    recorder!.received(transport, 3)
    recorder!.sent(transport, 5)
  }
  recording.stop()
  const bytes = { [Event.RECEIVED]: 0, [Event.SENT]: 0 }
  const file = readTrace(readFileSync(path))
  for (const { words, start, count } of file.events.take())
    for (let at = start; at < start + count * EVENT_WORDS; at += EVENT_WORDS) {
      const kind = words[at] & 0xff
      if (kind === Event.RECEIVED || kind === Event.SENT) bytes[kind] += words[at + 3]
    }
  expect(bytes).toEqual({ [Event.RECEIVED]: 60_000, [Event.SENT]: 100_000 })
  expect(file.end).toBe('stopped')
})
