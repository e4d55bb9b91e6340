import { Rows } from './columns.ts'
import { Definition } from './schema.ts'

const decoder = new TextDecoder()

/** Everything that ids in a trace stand for, by id; index 0 of each table is the empty one. Row fields as in docs/trace-format.md, without the id. */
export class Definitions {
  readonly strings: string[] = ['']
  /** file, function, line */
  readonly locations = new Rows(3)
  /** parent, location */
  readonly stacks = new Rows(2)
  /** kind, label, stack, target kind */
  readonly awaits = new Rows(4)
  /** loop, coroutine, name, flags */
  readonly tasks = new Rows(4)
  /** class, stream */
  readonly loops = new Rows(2)
  /** name, thread id (low, high) */
  readonly streams = new Rows(3)
  /** kind, label, creator */
  readonly objects = new Rows(3)
  /** Records of kinds that this reader does not know. */
  unknown = 0

  private readonly tables: Readonly<Record<number, Rows>> = {
    [Definition.LOCATION]: this.locations,
    [Definition.STACK]: this.stacks,
    [Definition.AWAIT]: this.awaits,
    [Definition.TASK]: this.tasks,
    [Definition.LOOP]: this.loops,
    [Definition.STREAM]: this.streams,
    [Definition.OBJECT]: this.objects,
  }

  /** After crossing to another thread, which drops classes. */
  revive(): void {
    Object.setPrototypeOf(this, Definitions.prototype)
    for (const rows of Object.values(this.tables)) Object.setPrototypeOf(rows, Rows.prototype)
  }

  /**
   * Reads the records of one payload, as far as they are whole.
   * Returns the offset of the first record that is cut or damaged, `payload.length` where there is none.
   */
  read(payload: Uint8Array): number {
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
    let offset = 0
    while (offset + 4 <= payload.length) {
      const word = view.getUint32(offset, true)
      const size = word >>> 8
      const padded = (size + 3) & ~3
      if (offset + 4 + padded > payload.length) return offset
      if (!this.add(word & 0xff, payload.subarray(offset + 4, offset + 4 + size))) return offset
      offset += 4 + padded
    }
    return offset
  }

  /** Adds one record; false where it breaks the rules: an id out of order, a stack inside itself, a field missing. */
  private add(kind: number, body: Uint8Array): boolean {
    const table = this.tables[kind] as Rows | undefined
    if (!table && kind !== Definition.STRING) {
      this.unknown++
      return true
    }
    if (body.length < 4) return false
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
    const id = view.getUint32(0, true)
    if (!table) {
      if (id !== this.strings.length) return false
      this.strings.push(decoder.decode(body.subarray(4)))
      return true
    }
    if (id !== table.count + 1 || body.length < 4 + table.width * 4) return false
    const fields = Array.from({ length: table.width }, (_, i) => view.getUint32(4 + i * 4, true))
    if (kind === Definition.STACK && fields[0] >= id) return false
    table.push(fields)
    return true
  }
}
