import { TraceError } from '../trace/format/errors.ts'
import { TraceReader } from '../trace/format/reader.ts'
import { findAll } from '../trace/findings/index.ts'
import { ModelBuilder } from '../trace/model/build.ts'
import { transferables } from './loading/transferables.ts'
import type { FromWorker, ToWorker } from './loading/workerMessages.ts'

/** Reads a trace and builds its model, so that the page stays quick while that happens. */

/** The part of the worker's global scope used here: the project's types are those of a page. */
interface Scope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null
  postMessage(message: FromWorker, transfer?: readonly ArrayBuffer[]): void
}
const scope = globalThis as unknown as Scope

/**
 * A model up to this size is copied, so that the page draws before the findings are looked for. A larger one is handed over, and
 * looked at before: at 10 M events copying takes as long as the findings (0.3 s), and a second model is 1.7 times the file.
 */
const COPIED_BYTES = 48e6
let reader = new TraceReader()
let builder: ModelBuilder | undefined
let bytesRead = 0
let failed = false

scope.onmessage = ({ data: message }) => {
  if (message.type !== 'begin' && failed) return
  try {
    switch (message.type) {
      case 'begin':
        reader = new TraceReader(true)
        builder = undefined
        bytesRead = 0
        failed = false
        break
      case 'chunk':
        bytesRead += message.bytes.length
        reader.push(message.bytes)
        scope.postMessage({ type: 'progress', bytesRead })
        break
      case 'findings':
        scope.postMessage({ type: 'findings', findings: findAll(message.model).findings })
        break
      case 'end':
        finish()
    }
  } catch (error) {
    failed = true
    scope.postMessage({ type: 'failed', message: sentence(error) })
  }
}

function finish(): void {
  const file = reader.finish()
  builder = new ModelBuilder(file.header, file.definitions)
  builder.append(file.events.take())
  const model = builder.build(file)
  // A file that is cut inside a block is shown up to the cut; what made that cannot take the rest.
  const canGrow = file.end === 'open' && file.damage === undefined
  const makers = canGrow ? { reader, builder } : undefined
  const buffers = transferables([model, makers])
  const isCopied = buffers.reduce((sum, { byteLength }) => sum + byteLength, 0) <= COPIED_BYTES
  const say = (): void => scope.postMessage({ type: 'model', model, makers }, isCopied ? [] : buffers)
  if (isCopied) say()
  const { findings } = findAll(model)
  if (!isCopied) say()
  scope.postMessage({ type: 'findings', findings })
  // Neither the file's bytes nor the model are needed here any more.
  reader = new TraceReader()
  builder = undefined
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
