import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { TraceError } from '../../trace/format/errors.ts'
import { readHeader } from '../../trace/format/header.ts'
import { readTrace, TraceReader, type TraceFile } from '../../trace/format/reader.ts'
import { buildModel } from '../../trace/model/build.ts'
import type { TraceModel } from '../../trace/model/types.ts'
import { answer } from '../assistant/answers.ts'
import type { FromThread, ToThread } from '../threads/thread.ts'
import { countRecording } from './countRecording.ts'
import type { Requests, Source } from './messages.ts'
import { findingsOf, indexOf, programOf } from './readIndex.ts'
import type { ProgramHeader } from './traceIndex.ts'

/** A thread of its own reads traces, so that the extension host, which all extensions share, never waits for one. */

const CHUNK_BYTES = 4 << 20
/** Most headers are far shorter; one that is not is read whole by a second attempt. */
const HEADER_BYTES = 64 << 10
const LONGEST_HEADER_BYTES = (1 << 20) + 16

/** The model that was needed last: questions come in rows, about one trace. */
let kept: { readonly key: string; readonly model: TraceModel } | undefined

parentPort?.on('message', (request: ToThread<Requests>) => {
  let reply: FromThread<Requests>
  try {
    reply = { id: request.id, answer: replyTo(request) }
  } catch (error) {
    reply = { id: request.id, failed: sentence(error) }
  }
  parentPort?.postMessage(reply)
})

function replyTo(request: ToThread<Requests>): Requests[keyof Requests]['answer'] {
  switch (request.kind) {
    case 'headers':
      return request.paths.map(headerOf)
    case 'counts':
      return countRecording(request.path, request.isLast)
    case 'index': {
      // A large model is not kept: it would double what the next one needs.
      kept = undefined
      return indexOf(modelOf(request.source))
    }
    case 'question':
      return answer(request.sources.map(tracedOf), request.question)
    case 'findings':
      return findingsOf(request.sources.map(tracedOf))
  }
}

const tracedOf = (source: Source): { readonly source: string; readonly model: TraceModel } => ({
  source: 'path' in source ? source.path : source.name,
  model: modelOf(source),
})

function modelOf(source: Source): TraceModel {
  if ('bytes' in source) {
    const key = `${source.name} ${source.stamp}`
    if (kept?.key !== key) kept = { key, model: buildModel(readTrace(source.bytes)) }
    return kept.model
  }
  const file = openSync(source.path, 'r')
  try {
    const { size, mtimeMs } = fstatSync(file)
    const key = `${source.path} ${size} ${mtimeMs}`
    if (kept?.key !== key) {
      kept = undefined
      kept = { key, model: buildModel(readWhole(file, size)) }
    }
    return kept.model
  } finally {
    closeSync(file)
  }
}

function readWhole(file: number, size: number): TraceFile {
  const reader = new TraceReader(true)
  for (let position = 0; position < size;) {
    // A chunk for each part: the reader keeps views of it.
    const chunk = new Uint8Array(Math.min(CHUNK_BYTES, size - position))
    const length = readSync(file, chunk, 0, chunk.length, position)
    if (length === 0) break
    reader.push(chunk.subarray(0, length))
    position += length
  }
  return reader.finish()
}

function headerOf(path: string): ProgramHeader | undefined {
  try {
    const file = openSync(path, 'r')
    try {
      for (const length of [HEADER_BYTES, LONGEST_HEADER_BYTES]) {
        const bytes = new Uint8Array(length)
        const read = readSync(file, bytes, 0, length, 0)
        const header = readHeader(bytes.subarray(0, read))
        if (header) return programOf(header.header)
      }
    } finally {
      closeSync(file)
    }
  } catch {
    // No trace, or gone: whoever opens it is told what is wrong.
  }
  return undefined
}

function sentence(error: unknown): string {
  if (error instanceof TraceError) return error.message
  if (error instanceof RangeError) return 'This trace is too large for the memory that is left.'
  return `This trace could not be read: ${error instanceof Error ? error.message : String(error)}`
}
