import { closeSync, openSync, readdirSync, readSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { TraceReader } from '../../trace/format/reader.ts'
import { nothingYet, sumOf, type RecordingCounts } from '../recording/recordingCounts.ts'

const PART_BYTES = 1 << 20
const SUFFIX = '.looptrace'

/** A trace that is being written, read as far as it goes; of its events nothing is kept. */
interface Growing {
  readonly reader: TraceReader
  bytes: number
}

/** By the path of the first process's trace, then by the path of each process's. */
const recordings = new Map<string, Map<string, Growing>>()

/**
 * What a recording into `path` has so far, its further processes included, whose traces lie beside it: `name-4711.looptrace`. Reads what was
 * added since the last time; `isLast` forgets.
 */
export function countRecording(path: string, isLast: boolean): RecordingCounts {
  const traces = recordings.get(path) ?? new Map<string, Growing>()
  if (isLast) recordings.delete(path)
  else recordings.set(path, traces)
  return sumOf(
    tracesOf(path).map((trace) => {
      const growing = traces.get(trace) ?? { reader: new TraceReader(), bytes: 0 }
      traces.set(trace, growing)
      return readOn(trace, growing)
    }),
  )
}

export function tracesOf(path: string): string[] {
  const folder = dirname(path)
  const stem = basename(path, SUFFIX)
  try {
    const names = readdirSync(folder)
    return names.filter((name) => isTraceOf(stem, name)).map((name) => join(folder, name))
  } catch {
    return [] // The folder is not there yet.
  }
}

const isTraceOf = (stem: string, name: string): boolean =>
  name.startsWith(stem) && /^(-\d+)*\.looptrace$/.test(name.slice(stem.length))

function readOn(path: string, growing: Growing): RecordingCounts {
  try {
    const file = openSync(path, 'r')
    try {
      for (;;) {
        const part = new Uint8Array(PART_BYTES)
        const length = readSync(file, part, 0, part.length, growing.bytes)
        if (length === 0) break
        growing.bytes += length
        growing.reader.push(part.subarray(0, length))
        growing.reader.peek()?.events.take()
      }
    } finally {
      closeSync(file)
    }
  } catch {
    return nothingYet // Gone, or no trace: whoever opens it is told what is wrong.
  }
  const trace = growing.reader.peek()
  return {
    processes: 1,
    tasks: trace?.definitions.tasks.count ?? 0,
    events: trace?.events.count ?? 0,
    bytes: growing.bytes,
  }
}
