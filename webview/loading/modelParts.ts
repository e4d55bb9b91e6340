import { SUM_STRIDE } from '../../trace/model/regions.ts'
import type { TraceModel } from '../../trace/model/types.ts'

/**
 * A copy of a model on its way to the worker, in parts that take the page a millisecond each: at once, a model of 100,000 tasks held frames and input up for
 * 70 to 100 ms (Chromium, load 2 on two processors). The first part is the model with holes where its long columns and lists of texts belong.
 */
export type ModelPart =
  | { readonly model: unknown; readonly holes: readonly Hole[] }
  | { readonly hole: number; readonly at: number; readonly values: Values }

/** `kind` is the constructor's name. */
interface Hole {
  readonly kind: keyof typeof makers
  readonly length: number
}
type Values = Float64Array | Float32Array | Uint32Array | Int32Array | Uint16Array | Uint8Array | string[]

const makers = {
  Float64Array: (length: number): Values => new Float64Array(length),
  Float32Array: (length: number): Values => new Float32Array(length),
  Uint32Array: (length: number): Values => new Uint32Array(length),
  Int32Array: (length: number): Values => new Int32Array(length),
  Uint16Array: (length: number): Values => new Uint16Array(length),
  Uint8Array: (length: number): Values => new Uint8Array(length),
  Array: (length: number): Values => new Array<string>(length),
}

/** Shorter ones go along with the first part. */
const SHORT = 1024
const NUMBERS_AT_ONCE = 1 << 17
const TEXTS_AT_ONCE = 1 << 13

/** The model must not change before the last part is taken. */
export function* inParts(model: TraceModel): Generator<ModelPart> {
  const columns: Values[] = []
  const shown = { ...model, segments: used(model.segments), runs: used(model.runs) }
  const whole = withHoles(shown, columns)
  yield {
    model: whole,
    holes: columns.map(({ constructor: { name }, length }) => ({ kind: name as Hole['kind'], length })),
  }
  for (const [hole, column] of columns.entries()) {
    const step = Array.isArray(column) ? TEXTS_AT_ONCE : NUMBERS_AT_ONCE
    for (let at = 0; at < column.length; at += step) yield { hole, at, values: column.slice(at, at + step) }
  }
}

/** Puts a model together again, given all its parts in their order; the model is whole with the last one. */
export function assembly(): { take(part: ModelPart): void; readonly model: TraceModel } {
  let columns: Values[] = []
  let model: unknown
  return {
    take(part) {
      if ('model' in part) {
        columns = part.holes.map(({ kind, length }) => makers[kind](length))
        model = filled(part.model, columns)
        return
      }
      const column = columns[part.hole]
      if (Array.isArray(column)) (part.values as string[]).forEach((text, i) => (column[part.at + i] = text))
      else column.set(part.values as Uint8Array, part.at)
    },
    get model() {
      return model as TraceModel
    },
  }
}

/** The columns of segments or runs without the room at their end. */
function used<Columns extends { readonly last: Uint32Array }>(columns: Columns): Columns {
  const { last } = columns
  let rows = 0
  for (let owner = 0; owner < last.length; owner++) if (last[owner] > rows) rows = last[owner]
  const cut = Object.entries(columns).map(([name, column]: [string, unknown]) => [
    name,
    name !== 'first' && name !== 'last' && ArrayBuffer.isView(column)
      ? (column as Uint8Array).subarray(0, name.endsWith('BeforeNs') ? Math.ceil(rows / SUM_STRIDE) + 1 : rows)
      : column,
  ])
  return Object.fromEntries(cut) as Columns
}

const HOLE = 'hole in a model'

function withHoles(value: unknown, columns: Values[]): unknown {
  const isTexts = Array.isArray(value) && typeof value[0] === 'string'
  if (ArrayBuffer.isView(value) || isTexts) {
    const column = value as Values
    // A copy: what a part of a buffer is sent in takes all of the buffer along.
    return column.length <= SHORT ? column.slice() : { [HOLE]: columns.push(column) - 1 }
  }
  if (Array.isArray(value)) return value.map((each) => withHoles(each, columns))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withHoles(part, columns)]))
}

function filled(value: unknown, columns: readonly Values[]): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  if (Array.isArray(value)) return value.map((each) => filled(each, columns))
  if (HOLE in value) return columns[value[HOLE] as number]
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, filled(part, columns)]))
}
