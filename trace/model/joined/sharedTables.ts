import type { Tables } from '../types.ts'

/** What ids of one process' definitions are among all. */
export interface SharedIds {
  readonly string: Uint32Array
  readonly location: Uint32Array
  readonly stack: Uint32Array
  readonly await: Uint32Array
}

/** Definitions that say the same in several processes are one: a coroutine, an await site, a stack. So what workers do at one line counts together. */
export class SharedTables {
  readonly strings: string[] = ['']
  private readonly stringIds = new Map([['', 0]])
  private readonly locations = new SharedRows(3)
  private readonly stacks = new SharedRows(2)
  private readonly awaits = new SharedRows(4)

  /** Linear in the definitions. */
  add({ strings, locations, stacks, awaits }: Tables): SharedIds {
    const string = Uint32Array.from(strings, (text) => this.stringId(text))
    const location = this.locations.add(locations.line.length, (id) => [
      string[locations.file[id]],
      string[locations.function[id]],
      locations.line[id],
    ])
    const stack: Uint32Array = this.stacks.add(stacks.parent.length, (id, numbers) => [
      numbers[stacks.parent[id]],
      location[stacks.location[id]],
    ])
    return {
      string,
      location,
      stack,
      await: this.awaits.add(awaits.kind.length, (id) => [
        awaits.kind[id],
        string[awaits.label[id]],
        stack[awaits.stack[id]],
        awaits.targetKind[id],
      ]),
    }
  }

  columns(): Pick<Tables, 'strings' | 'locations' | 'stacks' | 'awaits'> {
    const [file, name, line] = this.locations.columns()
    const [parent, location] = this.stacks.columns()
    const [kind, label, stack, targetKind] = this.awaits.columns()
    return {
      // Another one each time, for what is remembered of strings is remembered by it.
      strings: this.strings.slice(),
      locations: { file, function: name, line },
      stacks: { parent, location },
      awaits: { kind, label, stack, targetKind },
    }
  }

  private stringId(text: string): number {
    const known = this.stringIds.get(text)
    if (known !== undefined) return known
    this.stringIds.set(text, this.strings.length)
    return this.strings.push(text) - 1
  }
}

/** Rows of numbers, each once. Row 0 is all zero. */
class SharedRows {
  private readonly rows: (readonly number[])[]
  private readonly known = new Map<string, number>()

  constructor(private readonly width: number) {
    this.rows = [new Array<number>(width).fill(0)]
  }

  /** Adds those of ids 1 up to, not with, `length`; by id, the row. What `rowOf` gives may rest on smaller ids. */
  add(length: number, rowOf: (id: number, numbers: Uint32Array) => readonly number[]): Uint32Array {
    const numbers = new Uint32Array(length)
    for (let id = 1; id < length; id++) {
      const row = rowOf(id, numbers)
      const key = row.join(' ')
      let number = this.known.get(key)
      if (number === undefined) {
        number = this.rows.push(row) - 1
        this.known.set(key, number)
      }
      numbers[id] = number
    }
    return numbers
  }

  columns(): Uint32Array[] {
    return Array.from({ length: this.width }, (_, field) => Uint32Array.from(this.rows, (row) => row[field]))
  }
}
