import type { TraceHeader } from '../format/header.ts'

/** What a process runs, as its trace or its entry says it. */
export type Called = Pick<TraceHeader, 'name' | 'argv'>

/** What a program is called: its script's or module's name; `python -c` where it is code of the command line; empty where nothing is known. */
export function programName(argv: readonly string[]): string {
  if (argv[0] === '-c') return 'python -c'
  const named = (argv[0] === '-m' ? argv[1] : argv[0]) ?? ''
  return named.slice(named.search(/[^\\/]*$/))
}

/** What a process is called among those of its program: `SpawnProcess-1`, the first line of `python -c`; else as its program. */
export const processName = ({ name, argv }: Called): string => name || programName(argv)

/** The same where nothing else says which program it is: `SpawnProcess-1 · app.py`. */
export const processTitle = ({ name, argv }: Called): string => [name, programName(argv)].filter(Boolean).join(' · ')
