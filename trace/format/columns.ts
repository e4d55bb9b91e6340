/** Growable rows of u32 numbers, `width` to a row; row 0 is all zero, so that ids, which count from 1, are row numbers. */
export class Rows {
  private data: Uint32Array
  private rows = 1

  constructor(readonly width: number) {
    this.data = new Uint32Array(width * 64)
  }

  /** Number of ids in use, row 0 not counted. */
  get count(): number {
    return this.rows - 1
  }

  /** Appends the `width` numbers from `from` on. */
  push(words: Uint32Array, from: number): void {
    const start = this.rows * this.width
    if (start + this.width > this.data.length) this.data = grown(this.data, start + this.width)
    for (let i = 0; i < this.width; i++) this.data[start + i] = words[from + i]
    this.rows++
  }

  /** One field of all rows, indexed by id. Copies: for tables that are read while the file grows, ask again. */
  column(field: number): Uint32Array {
    const column = new Uint32Array(this.rows)
    for (let row = 0, i = field; row < this.rows; row++, i += this.width) column[row] = this.data[i]!
    return column
  }

  at(id: number, field: number): number {
    return this.data[id * this.width + field]
  }
}

/** A copy of `data` with room for at least `length` numbers. */
export function grown(data: Uint32Array, length: number): Uint32Array {
  const bigger = new Uint32Array(Math.max(length, data.length * 2))
  bigger.set(data)
  return bigger
}
