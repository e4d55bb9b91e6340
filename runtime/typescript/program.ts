// What this process runs. A child of a ProcessPoolExecutor, which itself is `node -e …`, was told by its parent.

export interface Program {
  /** The script first. */
  readonly argv: readonly string[]
  /** What the process is called among those of its program; mostly empty. */
  readonly name: string
}

const KEY = Symbol.for('@loopscope/asyncio.program')

export const thisProgram = (): Program =>
  (globalThis as { [KEY]?: Program })[KEY] ?? { argv: process.argv.slice(1), name: '' }

/** The text that tells a process what it is, for the beginning of its program. */
export const tellProgram = (program: Program): string =>
  `globalThis[Symbol.for('@loopscope/asyncio.program')] = ${JSON.stringify(program)}`
