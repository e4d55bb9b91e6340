import { open, type FileHandle } from 'node:fs/promises'
import { TraceReader } from '../trace/format/reader.ts'
import { ModelBuilder } from '../trace/model/build.ts'
import type { TraceModel } from '../trace/model/types.ts'
import { ask } from './client.ts'
import type { Entry } from './entry.ts'
import type { Answer } from './requests.ts'

const PART_BYTES = 4 << 20

/**
 * The trace of a process that runs, from the beginning to now, read on from where it was read before. The model is the same object each time, as
 * `ModelBuilder` keeps it. Not for two calls at once.
 */
export interface Followed {
  /** As it was last found: a process that calls `exec` stays the same and gets another token. */
  entry: Entry
  /** Has the process write what it knows, and reads up to there. Throws LiveError; what has been read stays as it was. */
  snapshot(timeoutMs?: number): Promise<{ readonly model: TraceModel; readonly answer: Answer }>
  /** Reads what is in the file, without asking: for a process that does not answer. `undefined`: not even a header. */
  readOn(): Promise<TraceModel | undefined>
  close(): Promise<void>
}

export function follow(entry: Entry): Followed {
  let state: Reading | undefined
  const readingOf = async (path: string): Promise<Reading> => {
    if (state?.path === path) return state
    // Another trace of the process: it was stopped and started again.
    await state?.file.close()
    state = undefined
    return (state = { path, file: await open(path), offset: 0, reader: new TraceReader() })
  }
  return {
    entry,
    async snapshot(timeoutMs) {
      const answer = await ask(this.entry, { request: 'snapshot' }, timeoutMs)
      const reading = await readingOf(answer.trace)
      await readUpTo(reading, answer.bytes)
      return { model: modelOf(reading)!, answer }
    },
    async readOn() {
      if (this.entry.trace === null) return undefined
      const reading = await readingOf(this.entry.trace)
      await readUpTo(reading, (await reading.file.stat()).size)
      return modelOf(reading)
    },
    async close() {
      await state?.file.close()
      state = undefined
    },
  }
}

interface Reading {
  readonly path: string
  readonly file: FileHandle
  readonly reader: TraceReader
  offset: number
  builder?: ModelBuilder
}

async function readUpTo(reading: Reading, end: number): Promise<void> {
  while (reading.offset < end) {
    const buffer = new Uint8Array(Math.min(PART_BYTES, end - reading.offset))
    const { bytesRead } = await reading.file.read(buffer, 0, buffer.length, reading.offset)
    if (bytesRead === 0) return
    reading.reader.push(buffer.subarray(0, bytesRead))
    reading.offset += bytesRead
  }
}

function modelOf(reading: Reading): TraceModel | undefined {
  const trace = reading.reader.peek()
  if (!trace) return undefined
  reading.builder ??= new ModelBuilder(trace.header, trace.definitions)
  reading.builder.append(trace.events.take())
  return reading.builder.build(trace)
}
