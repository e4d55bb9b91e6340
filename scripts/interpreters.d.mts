export interface Interpreter {
  readonly path: string
  /** As `3.13.0`. */
  readonly version: string
  readonly minor: number
}
export function findInterpreters(): Interpreter[]
