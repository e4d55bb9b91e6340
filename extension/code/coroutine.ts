/** A coroutine function as a source file has it. Lines count from 0, as the editor's do. */
export interface Coroutine {
  /** Qualified as the recorder names it: `Shop.page`, `main.<locals>.handle`. */
  readonly function: string
  /** Of its name. */
  readonly line: number
  /** The last line of its body. */
  readonly endLine: number
  /** How it can be started alone: its file runs it, or it is a test. */
  readonly start: 'file' | 'test' | undefined
}

/** The innermost coroutine around a line, of those of a file in its order. */
export function coroutineAt(coroutines: readonly Coroutine[], line: number): Coroutine | undefined {
  return coroutines.filter((coroutine) => coroutine.line <= line && line <= coroutine.endLine).at(-1)
}
