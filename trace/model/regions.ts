import { freeBytes } from '../format/events.ts'

export type Column = Float64Array | Uint32Array | Int32Array | Uint8Array

/** One number for every this many rows: see `Regions.sums`. */
export const SUM_STRIDE = 16

/**
 * Rows of many owners in common columns: those of owner `i` stand side by side at `first[i]` up to, not with, `last[i]`, with room up to
 * `limit[i]`. An owner that outgrows its room moves to the end and gets twice as much, so that appending costs what it appends.
 * A file that is read at once has each owner's rows counted before, and wastes nothing.
 */
export class Regions<Columns extends Readonly<Record<string, Column>>> {
  first = new Uint32Array(0)
  last = new Uint32Array(0)
  /** By the row's index / SUM_STRIDE, for rows whose index is a multiple of it: what has summed up in the owner's rows before it. */
  readonly sums: Float64Array[]
  private limit = new Uint32Array(0)
  /** By owner: for how many rows there must be room in all, for some may come later than what is reserved next. */
  private reserved = new Uint32Array(0)
  private end = 0

  /** The columns begin without rows. */
  constructor(
    readonly columns: { -readonly [Name in keyof Columns]: Columns[Name] },
    sums: number,
  ) {
    this.sums = Array.from({ length: sums }, () => new Float64Array(1))
  }

  /** Makes room for owners 0 up to, not with, `count`. */
  reserveOwners(count: number): void {
    const room = roomFor(count, this.first.length)
    this.first = extended(this.first, room)
    this.last = extended(this.last, room)
    this.limit = extended(this.limit, room)
    this.reserved = extended(this.reserved, room)
  }

  /** Makes room for `rows[owner]` more rows of each of the owners. The columns are other arrays afterwards. */
  reserve(owners: ArrayLike<number>, rows: Uint32Array): void {
    const { first, last, limit } = this
    const moves: number[] = []
    let end = this.end
    for (let i = 0; i < owners.length; i++) {
      const owner = owners[i]
      const needed = (this.reserved[owner] += rows[owner])
      if (needed <= limit[owner] - first[owner]) continue
      if (last[owner] === first[owner]) {
        first[owner] = last[owner] = end
        end = limit[owner] = end + needed
      } else if (limit[owner] === end) {
        // The last one grows where it stands.
        end = limit[owner] = first[owner] + needed
      } else {
        // At the same distance from a multiple of the stride as before, so that the sums move along with the rows.
        const to = end + ((SUM_STRIDE + (first[owner] % SUM_STRIDE) - (end % SUM_STRIDE)) % SUM_STRIDE)
        end = to + needed * 2
        moves.push(owner, to, end)
      }
    }
    this.growTo(end)
    for (let i = 0; i < moves.length; i += 3) this.move(moves[i], moves[i + 1], moves[i + 2])
  }

  /** Says that there may be so many rows in all, so that the columns need not be copied to grow. What is not used of them takes no memory. */
  expect(rows: number): void {
    this.growTo(rows, rows)
  }

  /**
   * Makes one column longer where there will soon be no room, so that nothing that is appended waits for all of them to be copied. False where there is
   * room enough.
   */
  growAhead(): boolean {
    const needed = this.end + (this.end >>> 3)
    const columns = this.columns as Record<string, Column>
    const names = Object.keys(columns)
    const short = names.find((name) => columns[name].length < needed)
    if (short === undefined) return false
    const longest = Math.max(...names.map((name) => columns[name].length))
    const length = longest >= needed ? longest : this.end + (this.end >>> 1)
    this.sums.forEach((sums, i) => (this.sums[i] = extended(sums, Math.ceil(length / SUM_STRIDE) + 1)))
    columns[short] = extended(columns[short], length)
    return true
  }

  /** Makes the columns as long as what stands in them, where more than a quarter of that is room or was left by owners that moved. */
  compact(): void {
    const { first, last, limit } = this
    let rows = 0
    for (let owner = 0; owner < first.length; owner++) rows += last[owner] - first[owner]
    if (this.end - rows <= rows >>> 2) return
    const from = first.slice()
    let end = 0
    for (let owner = 0; owner < first.length; owner++) {
      const count = last[owner] - first[owner]
      // See `reserve`.
      if (count > 0) end += (SUM_STRIDE + (from[owner] % SUM_STRIDE) - (end % SUM_STRIDE)) % SUM_STRIDE
      first[owner] = end
      last[owner] = limit[owner] = end += count
      this.reserved[owner] = count
    }
    this.end = end
    const columns = this.columns as Record<string, Column>
    for (const name of Object.keys(columns)) {
      const old = columns[name]
      const column = (columns[name] = emptyLike(old, end))
      for (let owner = 0; owner < first.length; owner++) {
        const count = last[owner] - first[owner]
        if (count > 0) column.set(old.subarray(from[owner], from[owner] + count), first[owner])
      }
      freeBytes(old.buffer)
    }
    this.sums.forEach((old, i) => {
      const sums = (this.sums[i] = new Float64Array(Math.ceil(end / SUM_STRIDE) + 1))
      for (let owner = 0; owner < first.length; owner++) {
        const [fromBlock, toBlock] = [Math.ceil(from[owner] / SUM_STRIDE), Math.ceil(first[owner] / SUM_STRIDE)]
        const blocks = Math.ceil(last[owner] / SUM_STRIDE) - toBlock
        for (let block = 0; block < blocks; block++) sums[toBlock + block] = old[fromBlock + block]
      }
    })
  }

  hasRoom(owner: number): boolean {
    return this.last[owner] < this.limit[owner]
  }

  private growTo(end: number, expected = 0): void {
    if (expected === 0) this.end = end
    const columns = this.columns as Record<string, Column>
    const names = Object.keys(columns)
    const present = Math.min(...names.map((name) => columns[name].length))
    if (end <= present) return
    const length = Math.max(expected, roomFor(end, present))
    for (const name of names) columns[name] = extended(columns[name], length)
    const blocks = Math.ceil(length / SUM_STRIDE) + 1
    for (let i = 0; i < this.sums.length; i++) this.sums[i] = extended(this.sums[i], blocks)
  }

  private move(owner: number, to: number, limit: number): void {
    const from = this.first[owner]
    const end = this.last[owner]
    for (const column of Object.values<Column>(this.columns)) column.copyWithin(to, from, end)
    const [firstBlock, endBlock] = [Math.ceil(from / SUM_STRIDE), Math.ceil(end / SUM_STRIDE)]
    for (const sums of this.sums) sums.copyWithin(Math.ceil(to / SUM_STRIDE), firstBlock, endBlock)
    this.first[owner] = to
    this.last[owner] = to + end - from
    this.limit[owner] = limit
  }
}

/** The column with room for exactly `length` numbers, the new ones 0; itself where it has that already. */
export function extended<A extends Column>(column: A, length: number): A {
  if (length <= column.length) return column
  const bigger = emptyLike(column, length)
  bigger.set(column)
  return bigger
}

/** The room to take for `needed` rows: exactly that at first, and then half as much again as before, so that growing is seldom. */
export const roomFor = (needed: number, present: number): number =>
  needed <= present ? present : present === 0 ? needed : Math.max(needed, Math.ceil(present * 1.5))

const emptyLike = <A extends Column>(column: A, length: number): A =>
  new (column.constructor as new (length: number) => A)(length)
