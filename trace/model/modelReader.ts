import { TraceReader, type TraceFile } from '../format/reader.ts'
import { ModelBuilder } from './build.ts'

/** Events are interpreted when so many bytes have come, or this share of what came before: each time, all definitions are looked at again. */
const PART_BYTES = 1 << 20
const PART_SHARE = 1 / 32
/** What a file claims to be long is believed up to here. */
const BELIEVED_BYTES = 2 ** 30

export interface ReadModel {
  readonly file: TraceFile
  readonly reader: TraceReader
  /** Has all of the file's events; `build` makes the model. */
  readonly builder: ModelBuilder
}

/**
 * Reads a trace and interprets its events while its bytes come, so that the bytes can go before the model is whole, and little is left to do at the end.
 * Few files are in an order that forbids this: they are read a second time, with `isWhole`, and interpreted when all of them is there.
 */
export class ModelReader {
  private readonly reader = new TraceReader(true)
  private builder: ModelBuilder | undefined
  private readonly expectedBytes: number
  private bytesTaken = 0
  bytesRead = 0

  /** `byteLength` is how long the file is, as its host says. */
  constructor(
    byteLength: number,
    private readonly isWhole = false,
  ) {
    this.expectedBytes = Math.min(byteLength, BELIEVED_BYTES)
  }

  /** Takes the next bytes, which nobody else may use any more. Throws TraceError where they cannot be of a trace. */
  push(bytes: Uint8Array): void {
    this.bytesRead += bytes.length
    this.reader.push(bytes)
    if (this.bytesRead - this.bytesTaken < Math.max(PART_BYTES, this.bytesTaken * PART_SHARE)) return
    this.bytesTaken = this.bytesRead
    const file = this.reader.peek()
    if (file && !this.isWhole) this.builderOf(file).read(file.events.take())
  }

  /** Call once, after the last `push`: `undefined` where the file must be read again, with `isWhole`. */
  finish(): ReadModel | undefined {
    const { reader } = this
    const file = reader.finish()
    const builder = this.builderOf(file)
    builder.append(file.events.take())
    return !this.isWhole && builder.needsWhole ? undefined : { file, reader, builder }
  }

  private builderOf(file: TraceFile): ModelBuilder {
    if (this.builder) return this.builder
    this.builder = new ModelBuilder(file.header, file.definitions)
    this.builder.expect(this.expectedBytes)
    return this.builder
  }
}
