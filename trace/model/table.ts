import { extended, roomFor, type Column } from './regions.ts'

/** Rows of numbers in columns, appended at the end. */
export class Table<Columns extends Readonly<Record<string, Column>>> {
  rows = 0

  /** The columns begin without rows. */
  constructor(readonly columns: { -readonly [Name in keyof Columns]: Columns[Name] }) {}

  /** Makes room for this many more rows. The columns are other arrays afterwards. */
  reserve(more: number): void {
    const columns = this.columns as Record<string, Column>
    for (const name of Object.keys(columns)) {
      columns[name] = extended(columns[name], roomFor(this.rows + more, columns[name].length))
    }
  }

  /** The columns without the room at their end. */
  view(): Columns {
    const shown = Object.entries<Column>(this.columns).map(([name, column]) => [name, column.subarray(0, this.rows)])
    return Object.fromEntries(shown) as Columns
  }
}
