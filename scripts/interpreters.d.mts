export interface Interpreter {
  readonly path: string
  readonly version: string
  readonly minor: number
}

/** One CPython for each minor version from 3.8, oldest first. */
export function findInterpreters(): Interpreter[]
