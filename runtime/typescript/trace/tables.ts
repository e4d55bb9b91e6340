// What ids in a trace stand for: each string, line, stack and await is defined once, before the first event that uses it.
import { definitionsBlock, type DefinitionRecord } from '../../../trace/format/writer.ts'

const MAX_STRING_BYTES = 4096

export class Tables {
  private pending: DefinitionRecord[] = []
  private readonly strings = new Map<string, number>()
  private readonly locations = new Map<string, number>()
  private readonly stacks = new Map<number, number>()
  private readonly awaits = new Map<string, number>()
  private readonly counts = { TASK: 0, LOOP: 0, STREAM: 0, OBJECT: 0 }

  /** 0 for the empty string. */
  string(text: string): number {
    if (text === '') return 0
    let id = this.strings.get(text)
    if (id === undefined) {
      id = this.strings.size + 1
      this.strings.set(text, id)
      this.pending.push(['STRING', id, clipped(text)])
    }
    return id
  }

  location(file: string, functionName: string, line: number): number {
    const key = `${line}\0${functionName}\0${file}`
    let id = this.locations.get(key)
    if (id === undefined) {
      const fields = [this.string(file), this.string(functionName), line] as const
      id = this.locations.size + 1
      this.locations.set(key, id)
      this.pending.push(['LOCATION', id, ...fields])
    }
    return id
  }

  /** One frame and the stack outside it (0 = none). */
  stack(parent: number, location: number): number {
    const key = parent * 2 ** 26 + location
    let id = this.stacks.get(key)
    if (id === undefined) {
      id = this.stacks.size + 1
      this.stacks.set(key, id)
      this.pending.push(['STACK', id, parent, location])
    }
    return id
  }

  await(kind: number, label: string, stack: number, targetKind: number): number {
    const key = `${kind} ${stack} ${targetKind} ${label}`
    let id = this.awaits.get(key)
    if (id === undefined) {
      const text = this.string(label)
      id = this.awaits.size + 1
      this.awaits.set(key, id)
      this.pending.push(['AWAIT', id, kind, text, stack, targetKind])
    }
    return id
  }

  /** Defines a thing that is not shared; its fields are those of docs/trace-format.md after the id. */
  define(kind: 'TASK' | 'LOOP' | 'STREAM' | 'OBJECT', ...fields: number[]): number {
    const id = ++this.counts[kind]
    this.pending.push([kind, id, ...fields])
    return id
  }

  /** The block of what was defined since the last call. */
  take(): Uint8Array | undefined {
    if (this.pending.length === 0) return undefined
    const records = this.pending
    this.pending = []
    return definitionsBlock(records)
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
