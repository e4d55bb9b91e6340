import { TraceError } from '../trace/format/errors.ts'
import { findAll } from '../trace/findings/index.ts'
import { notKnown } from '../trace/findings/notKnown.ts'
import { ModelReader } from '../trace/model/modelReader.ts'
import type { TraceModel } from '../trace/model/types.ts'
import { JoinedTraces } from './loading/joinedTraces.ts'
import { assembly } from './loading/modelParts.ts'
import { transferables } from './loading/transferables.ts'
import type { FromWorker, ToWorker } from './loading/workerMessages.ts'

/** Reads a trace and builds its model, so that the page stays quick while that happens. */

/** The part of the worker's global scope used here: the project's types are those of a page. */
interface Scope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null
  postMessage(message: FromWorker, transfer?: readonly ArrayBuffer[]): void
}
const scope = globalThis as unknown as Scope

/** How far it has read is said whenever this share of the file has come. */
const SAID_SHARE = 1 / 500
const FINDINGS_EVERY_MS = 3000
const FINDINGS_SHARE = 1 / 8
/** Of several files, how far they have been read is said whenever so many bytes have come. */
const SAID_BYTES = 1 << 20

let reader: ModelReader | undefined
/** Of several files instead of one. */
let several: JoinedTraces | undefined
let nextFindingsMs = 0
/** As its host says. */
let fileBytes = 0
let bytesRead = 0
let bytesSaid = 0
let failed = false
let copy = assembly()

scope.onmessage = ({ data: message }) => {
  if (message.type !== 'begin' && message.type !== 'together' && failed) return
  try {
    switch (message.type) {
      case 'begin':
        reader = new ModelReader(message.byteLength, message.isWhole)
        several = undefined
        fileBytes = message.byteLength
        bytesRead = bytesSaid = 0
        failed = false
        break
      case 'chunk':
        bytesRead += message.bytes.length
        reader?.push(message.bytes)
        if (bytesRead - bytesSaid >= fileBytes * SAID_SHARE)
          scope.postMessage({ type: 'progress', bytesRead: (bytesSaid = bytesRead) })
        break
      case 'copied':
        copy.take(message.part)
        break
      case 'findings':
        scope.postMessage(whatIsWrong(copy.model))
        copy = assembly()
        break
      case 'end':
        if (reader) finish(reader)
        // Neither the file's bytes nor the model are needed here any more.
        reader = undefined
        break
      case 'together':
        several = new JoinedTraces()
        failed = false
        bytesRead = bytesSaid = 0
        nextFindingsMs = 0
        break
      case 'file':
        several?.begin(message.file, message.name)
        break
      case 'part':
        bytesRead += message.bytes.length
        several?.push(message.file, message.bytes)
        if (bytesRead - bytesSaid >= SAID_BYTES)
          scope.postMessage({ type: 'progress', bytesRead: (bytesSaid = bytesRead) })
        break
      case 'fileFailed':
        several?.fail(message.file, message.name, message.message)
        break
      case 'join':
        if (several) join(several, message.settled)
        else scope.postMessage({ type: 'again' })
    }
  } catch (error) {
    failed = true
    scope.postMessage({ type: 'failed', message: sentence(error) })
  }
}

/** Findings come after what they are about, and seldom while that grows: looking takes a small share of the worker's time. */
function join(traces: JoinedTraces, settled: boolean): void {
  const model = traces.join(settled)
  const { end } = model
  scope.postMessage({ type: 'joined', model }, transferables(model))
  const beganMs = performance.now()
  if (end === 'open' && !settled && beganMs < nextFindingsMs) return
  scope.postMessage({ type: 'findings', ...traces.findings() })
  const endedMs = performance.now()
  nextFindingsMs = endedMs + Math.max(FINDINGS_EVERY_MS, (endedMs - beganMs) / FINDINGS_SHARE)
  // Of traces that have ended nothing more comes.
  if (end !== 'open') several = undefined
}

function whatIsWrong(model: TraceModel): FromWorker {
  const { findings, answers } = findAll(model)
  return { type: 'findings', findings, unknowns: notKnown(answers) }
}

function finish(modelReader: ModelReader): void {
  const read = modelReader.finish()
  if (!read) {
    scope.postMessage({ type: 'again' })
    return
  }
  const { file, reader, builder } = read
  const model = builder.build(file)
  // A file that is cut inside a block is shown up to the cut; what made that cannot take the rest.
  const canGrow = file.end === 'open' && file.damage === undefined
  const makers = canGrow ? { reader, builder } : undefined
  // One that grows would change under the page's hands while that looks. Before the columns go there: a copy would cost more, in time and memory.
  const found = canGrow ? whatIsWrong(model) : undefined
  scope.postMessage({ type: 'model', model, makers }, transferables([model, makers]))
  if (found) scope.postMessage(found)
}

scope.postMessage({ type: 'started' })

function sentence(error: unknown): string {
  if (error instanceof TraceError) return error.message
  if (error instanceof RangeError) {
    return 'This trace is too large for the memory that this window has. Record a shorter time, or at a lower level.'
  }
  console.error(error)
  return `This trace could not be read (${error instanceof Error ? error.message : String(error)}). Please report this with the file.`
}
