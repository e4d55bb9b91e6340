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
  }

  /** Makes room for `rows[owner]` more rows of each of the owners. The columns are other arrays afterwards. */
  reserve(owners: ArrayLike<number>, rows: Uint32Array): void {
    const { first, last, limit } = this
    const moves: number[] = []
    let end = this.end
    for (let i = 0; i < owners.length; i++) {
      const owner = owners[i]
      const needed = last[owner] - first[owner] + rows[owner]
      if (needed <= limit[owner] - first[owner]) continue
      if (last[owner] === first[owner]) {
        first[owner] = last[owner] = end
        end = limit[owner] = end + needed
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

  hasRoom(owner: number): boolean {
    return this.last[owner] < this.limit[owner]
  }

  private growTo(end: number): void {
    this.end = end
    const columns = this.columns as Record<string, Column>
    const names = Object.keys(columns)
    const present = columns[names[0]].length
    if (end <= present) return
    const length = roomFor(end, present)
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
  const bigger = new (column.constructor as new (length: number) => A)(length)
  bigger.set(column)
  return bigger
}

/** The room to take for `needed` rows: exactly that at first, and then half as much again as before, so that growing is seldom. */
export const roomFor = (needed: number, present: number): number =>
  needed <= present ? present : present === 0 ? needed : Math.max(needed, Math.ceil(present * 1.5))
