import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { TraceError } from '../trace/format/errors.ts'
import { ModelReader, type ReadModel } from '../trace/model/modelReader.ts'
import { joinProcesses, type Processes } from '../trace/model/processes.ts'
import type { TraceModel } from '../trace/model/types.ts'

/** A sentence for the user and the exit status that goes with it. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly exitCode = 2
}

/** Large ones are read quicker; what has been interpreted of each is freed before the next ones come. */
const CHUNK_BYTES = 4 << 20

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'you may not read it',
  EISDIR: 'it is a folder; name a .looptrace file in it',
}

/** Reads a trace. Throws UsageError with one sentence that names the file. */
export async function openTrace(path: string): Promise<TraceModel> {
  try {
    const { builder, file } = (await read(path, false)) ?? (await read(path, true))!
    return builder.build(file)
  } catch (error) {
    if (error instanceof TraceError) throw new UsageError(`${path}: ${error.message}`)
    const code = (error as NodeJS.ErrnoException).code
    if (code !== undefined) throw new UsageError(`Cannot read ${path}: ${WHY[code] ?? code}.`)
    throw error
  }
}

/** `undefined`: see `ModelReader.finish`. A trace that comes through a pipe has no length, and comes once. */
async function read(path: string, isWhole: boolean): Promise<ReadModel | undefined> {
  const about = await stat(path)
  const reader = new ModelReader(about.size, isWhole || !about.isFile())
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) reader.push(chunk as Uint8Array)
  return reader.finish()
}

/** Reads the traces of several processes and puts them on one clock. Throws UsageError for the first that cannot be read. */
export async function openTraces(paths: readonly string[]): Promise<Processes> {
  const traces: { source: string; model: TraceModel }[] = []
  for (const path of new Set(paths)) traces.push({ source: path, model: await openTrace(path) })
  return joinProcesses(traces)
}
