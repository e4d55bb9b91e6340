import { TraceError } from '../trace/format/errors.ts'
import { TraceReader } from '../trace/format/reader.ts'
import { findAll } from '../trace/findings/index.ts'
import { buildModel } from '../trace/model/build.ts'
import { transferables } from './loading/transferables.ts'
import { utilisation } from './loading/utilisation.ts'
import type { FromWorker, ToWorker } from './loading/workerMessages.ts'

/** Reads a trace and builds its model, so that the page stays quick while that happens. */

/** The part of the worker's global scope used here: the project's types are those of a page. */
interface Scope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null
  postMessage(message: FromWorker, transfer?: readonly ArrayBuffer[]): void
}
const scope = globalThis as unknown as Scope

const OVERVIEW_BINS = 1000
let reader = new TraceReader()
let bytesRead = 0
let failed = false

scope.onmessage = ({ data: message }) => {
  if (message.type !== 'begin' && failed) return
  try {
    if (message.type === 'begin') {
      reader = new TraceReader(message.byteLength)
      bytesRead = 0
      failed = false
    } else if (message.type === 'chunk') {
      reader.push(message.bytes)
      bytesRead += message.bytes.length
      scope.postMessage({ type: 'progress', bytesRead })
    } else {
      const file = reader.finish()
      // The file's bytes are no longer needed once both models are made.
      reader = new TraceReader()
      const model = buildModel(file)
      const busy = utilisation(model, OVERVIEW_BINS)
      scope.postMessage({ type: 'model', model, utilisation: busy }, transferables([model, busy]))
      // The first model is the page's now. The lanes do not wait for this.
      scope.postMessage({ type: 'findings', findings: findAll(buildModel(file)).findings })
    }
  } catch (error) {
    failed = true
    scope.postMessage({ type: 'failed', message: sentence(error) })
  }
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
