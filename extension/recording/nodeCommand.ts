/** What is known of a project in which a TypeScript or JavaScript file is to run. */
export interface NodeProject {
  /** `22.18.0`; `undefined`: Node.js does not run. */
  readonly node: string | undefined
  /** The project's `tsx`. */
  readonly tsx: string | undefined
  /** The file that the TypeScript compiler made of it, as its source map says. */
  readonly compiled: string | undefined
}

/** A program with its arguments. */
export interface NodeCommand {
  readonly executable: string
  readonly args: readonly string[]
}

/** How a file is run in its project; `noNode` or `noRunner` where it cannot be. */
export function nodeCommand(file: string, { node, tsx, compiled }: NodeProject): NodeCommand | 'noNode' | 'noRunner' {
  const isTypeScript = /\.[cm]?tsx?$/.test(file)
  if (isTypeScript && tsx !== undefined) return { executable: tsx, args: [file] }
  if (node === undefined) return 'noNode'
  if (!isTypeScript) return { executable: 'node', args: [file] }
  const [major = 0, minor = 0] = node.split('.').map(Number)
  const isAtLeast = (otherMajor: number, otherMinor: number): boolean =>
    major > otherMajor || (major === otherMajor && minor >= otherMinor)
  // Types are stripped unasked from 22.18 and 23.6 on, on demand from 22.6 on; JSX never is.
  if (!file.endsWith('x') && (isAtLeast(23, 6) || (major === 22 && minor >= 18)))
    return { executable: 'node', args: [file] }
  if (!file.endsWith('x') && isAtLeast(22, 6)) return { executable: 'node', args: ['--experimental-strip-types', file] }
  return compiled === undefined ? 'noRunner' : { executable: 'node', args: ['--enable-source-maps', compiled] }
}
