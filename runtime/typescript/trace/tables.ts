// What ids in a trace stand for: each string, line, stack and await is defined once, before the first event that uses it.
import { Block, Definition } from '../../../trace/format/schema.ts'
import { block } from '../../../trace/format/writer.ts'

const MAX_STRING_BYTES = 4096
/** A text of so many characters at most is written here, if it is ASCII. */
const SHORT = 32

/** Definitions are written into bytes at once: a program that starts a million tasks makes two million of them. */
export class Tables {
  private bytes = new Uint8Array(1 << 16)
  private view = new DataView(this.bytes.buffer)
  private length = 0
  private records = 0
  private readonly encoder = new TextEncoder()
  private strings = 0
  private readonly texts = new Map<string, number>()
  private readonly locations = new Map<string, number>()
  private readonly stacks = new Map<number, number>()
  private readonly awaits = new Map<number, number>()
  private readonly counts = { TASK: 0, LOOP: 0, STREAM: 0, OBJECT: 0 }

  /** 0 for the empty string. */
  string(text: string): number {
    if (text === '') return 0
    let id = this.texts.get(text)
    if (id === undefined) this.texts.set(text, (id = this.freshString(text)))
    return id
  }

  /** A string that is not expected again, as a task's default name: it is not remembered. */
  freshString(text: string): number {
    const id = ++this.strings
    this.reserve(16 + Math.min(text.length * 3, MAX_STRING_BYTES))
    const start = this.length + 8
    const written = this.writeText(text, start)
    this.view.setUint32(this.length, Definition.STRING + (4 + written) * 2 ** 8, true)
    this.view.setUint32(this.length + 4, id, true)
    const end = (start + written + 3) & ~3
    this.bytes.fill(0, start + written, end)
    this.length = end
    this.records++
    return id
  }

  location(file: string, functionName: string, line: number): number {
    const key = `${line}\0${functionName}\0${file}`
    let id = this.locations.get(key)
    if (id === undefined) {
      const [fileId, nameId] = [this.string(file), this.string(functionName)]
      this.locations.set(key, (id = this.locations.size + 1))
      this.put(Definition.LOCATION, id, fileId, nameId, line)
    }
    return id
  }

  /** One frame and the stack outside it (0 = none). */
  stack(parent: number, location: number): number {
    const key = parent * 2 ** 26 + location
    let id = this.stacks.get(key)
    if (id === undefined) {
      this.stacks.set(key, (id = this.stacks.size + 1))
      this.put(Definition.STACK, id, parent, location)
    }
    return id
  }

  /** A kind of await has one label, which is why the label is no part of the key. */
  await(kind: number, label: string, stack: number, targetKind: number): number {
    const key = (stack * 2 ** 8 + kind) * 2 ** 8 + targetKind
    let id = this.awaits.get(key)
    if (id === undefined) {
      const text = this.string(label)
      this.awaits.set(key, (id = this.awaits.size + 1))
      this.put(Definition.AWAIT, id, kind, text, stack, targetKind)
    }
    return id
  }

  /** Defines a thing that is not shared; its fields are those of docs/trace-format.md after the id. */
  define(kind: 'TASK' | 'LOOP' | 'STREAM' | 'OBJECT', a: number, b: number, c?: number, d?: number): number {
    const id = ++this.counts[kind]
    this.put(Definition[kind], id, a, b, c, d)
    return id
  }

  /** The block of what was defined since the last call. */
  take(): Uint8Array | undefined {
    if (this.records === 0) return undefined
    const taken = block(Block.DEFINITIONS, this.bytes.subarray(0, this.length), this.records, 0, 0)
    this.length = this.records = 0
    return taken
  }

  /** The text's bytes, of which there are so many. The encoder takes 200 ns for as little as a task's name. */
  private writeText(text: string, start: number): number {
    const { bytes } = this
    const { length } = text
    let i = 0
    if (length <= SHORT) for (let code; i < length && (code = text.charCodeAt(i)) < 0x80; i++) bytes[start + i] = code
    return i === length ? i : this.encoder.encodeInto(clipped(text), bytes.subarray(start)).written
  }

  private put(kind: number, id: number, a: number, b: number, c?: number, d?: number): void {
    this.reserve(24)
    const fields = d !== undefined ? 5 : c !== undefined ? 4 : 3
    const { view, length } = this
    view.setUint32(length, kind + fields * 4 * 2 ** 8, true)
    view.setUint32(length + 4, id, true)
    view.setUint32(length + 8, a, true)
    view.setUint32(length + 12, b, true)
    if (c !== undefined) view.setUint32(length + 16, c, true)
    if (d !== undefined) view.setUint32(length + 20, d, true)
    this.length = length + 4 + fields * 4
    this.records++
  }

  private reserve(bytes: number): void {
    if (this.length + bytes <= this.bytes.length) return
    const larger = new Uint8Array(this.bytes.length * 2)
    larger.set(this.bytes)
    this.bytes = larger
    this.view = new DataView(larger.buffer)
  }
}

/** At most 4,096 bytes of UTF-8, cut at a character's border. */
function clipped(text: string): string {
  if (text.length * 3 <= MAX_STRING_BYTES) return text
  const bytes = Buffer.from(text)
  if (bytes.length <= MAX_STRING_BYTES) return text
  let end = MAX_STRING_BYTES - 3
  while ((bytes[end] & 0xc0) === 0x80) end--
  return `${bytes.toString('utf8', 0, end)}…`
}
