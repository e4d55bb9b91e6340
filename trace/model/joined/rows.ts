import type { Column } from '../regions.ts'
import type { TraceModel } from '../types.ts'
import type { SharedIds } from './sharedTables.ts'

/** One process while its rows are taken over: its model, and what its ids are among all. */
export interface Piece extends SharedIds {
  readonly model: TraceModel
  readonly offsetNs: number
  readonly task: Uint32Array
  readonly stream: Uint32Array
  readonly loop: Uint32Array
  readonly object: Uint32Array
  /** Of its scopes, which have no ids of their own: by row + 1, the row + 1. */
  readonly scope: Uint32Array
  /** Added to the index of a segment, and of a run. */
  readonly segmentBase: number
  readonly runBase: number
  /** The same for the tasks in its scopes. */
  readonly childBase: number
}

type IdKind = 'string' | 'location' | 'stack' | 'await' | 'task' | 'stream' | 'loop' | 'object'

/** What a column's numbers are: the same for all, a time, the index of a run, ids, or ids of which a row says itself what they are. */
export type Meaning = 'plain' | 'time' | 'run' | IdKind | ((piece: Piece, row: number) => number)

export type Meanings<Table> = {
  readonly [Name in keyof Table as Table[Name] extends Column ? Name : never]: Meaning
}

type Columns = Record<string, Column>

/** The tables of all pieces one after the other, those of each as they stand. */
export function appended<Table extends object>(
  pieces: readonly Piece[],
  tableOf: (model: TraceModel) => Table,
  meanings: Meanings<Table>,
): Table {
  const lengths = pieces.map(({ model }) => lengthOf(tableOf(model), meanings))
  const total = lengths.reduce((sum, length) => sum + length, 0)
  let base = 0
  const bases = lengths.map((length) => (base += length) - length)
  return filled(pieces, tableOf, meanings, total, (piece, into, from) => {
    const first = bases[pieces.indexOf(piece)]
    for (let row = 0; row < from.length; row++) into[first + row] = from.numberAt(row)
  })
}

/** The tables of all pieces, each row where its number says: `numbersOf` gives these by row. */
export function placed<Table extends object>(
  pieces: readonly Piece[],
  tableOf: (model: TraceModel) => Table,
  meanings: Meanings<Table>,
  rows: number,
  numbersOf: (piece: Piece) => Uint32Array,
): Table {
  return filled(pieces, tableOf, meanings, rows, (piece, into, from) => {
    const numbers = numbersOf(piece)
    for (let row = 0; row < Math.min(numbers.length, from.length); row++) into[numbers[row]] = from.numberAt(row)
  })
}

/** A column of a piece as numbers of all. */
interface From {
  readonly length: number
  numberAt(row: number): number
}

function filled<Table extends object>(
  pieces: readonly Piece[],
  tableOf: (model: TraceModel) => Table,
  meanings: Meanings<Table>,
  rows: number,
  fill: (piece: Piece, into: Column, from: From) => void,
): Table {
  const made: Columns = {}
  for (const [name, meaning] of Object.entries<Meaning>(meanings)) {
    const columnOf = (model: TraceModel): Column => (tableOf(model) as Columns)[name]
    const into = emptyLike(columnOf(pieces[0].model), rows)
    for (const piece of pieces) {
      const column = columnOf(piece.model)
      fill(piece, into, { length: lengthOf(tableOf(piece.model), meanings), numberAt: numbers(piece, column, meaning) })
    }
    made[name] = into
  }
  return made as Table
}

const lengthOf = <Table extends object>(table: Table, meanings: Meanings<Table>): number =>
  (table as Columns)[Object.keys(meanings)[0]].length

function numbers(piece: Piece, column: Column, meaning: Meaning): (row: number) => number {
  if (typeof meaning === 'function') return (row) => meaning(piece, row)
  const { offsetNs, runBase } = piece
  switch (meaning) {
    case 'plain':
      return (row) => column[row]
    case 'time':
      return (row) => column[row] + offsetNs
    case 'run':
      return (row) => (column[row] < 0 ? -1 : column[row] + runBase)
    default: {
      const ids = piece[meaning]
      return (row) => ids[column[row]] ?? 0
    }
  }
}

export const emptyLike = <A extends Column>(column: A, length: number): A =>
  new (column.constructor as new (length: number) => A)(length)
