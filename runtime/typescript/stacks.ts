// asyncio/base_tasks.py, and more of it: the whole await stack of a suspended task, on demand.
import { Context } from './contextvars.ts'
import { probe, suspended } from './coroutines.ts'
import type { Task } from './tasks.ts'

/** Frames at most; each level of `yield*` takes two. */
const DEEPEST = 400
/** Files that build.mjs writes. */
const BUILT = /^loopscope-asyncio-\w+\.js$/

export interface StackFrame {
  /** Absolute path, as a source map gives it where there is one. */
  readonly file: string
  /** Counts from 1. */
  readonly line: number
  readonly functionName: string
}

/** Where a position of a running script stands. With the whole package, source maps are asked; see record.ts. */
export const positions: {
  original(script: string, line: number, column: number): Pick<StackFrame, 'file' | 'line'>
} = { original: (script, line) => ({ file: script.replace(/^file:\/\//, ''), line }) }

/** This file and the core's as stacks name them: sources of the package, pieces of what it was built into, or the program's own bundle. */
let ownFiles: readonly string[] | undefined
/** The folder that holds nothing but the package; undefined in a program's own bundle. */
let ownFolder: string | undefined

/** @internal Whether a frame is this package's own. */
export function isOwn(file: string): boolean {
  if (ownFiles === undefined) {
    ownFiles = filesHere()
    for (const own of ownFiles) {
      const [, folder, name] = /^(.*[\\/])?([^\\/]*)$/.exec(own)!
      if (name.endsWith('.ts') || BUILT.test(name)) ownFolder = folder
    }
  }
  return ownFiles.includes(file) || (ownFolder !== undefined && file.startsWith(ownFolder))
}

/** A context calls back from the core: its frame and this one's tell both files. */
function filesHere(): readonly string[] {
  const calledBack = (): readonly NodeJS.CallSite[] => sitesAbove(calledBack).slice(0, 2)
  return new Context()
    .run(calledBack)
    .map((site) => positions.original(site.getFileName()!, site.getLineNumber()!, site.getColumnNumber()!).file)
}

/**
 * The await stack of a suspended task, at no cost for tasks that nobody asks about: the coroutine is resumed once in probe mode, where every future
 * answers "still pending" and notes the stack that asked. No code of the program runs: the resume goes through `yield*` alone.
 */
export const stacks = {
  // A method: minifiers leave its name as it is, and frames are read down to it.
  probed(task: Task<unknown>): StackFrame[] {
    const resumable = task._awaited !== undefined || task._skipping
    if (!task._begun || !resumable || task._loop._current === task) return []
    let frames: StackFrame[] = []
    const before = suspended._future
    probe._capture = () => (frames = captureStack(probe._capture!))
    try {
      task._coroutine.next()
    } finally {
      probe._capture = undefined
      suspended._future = before
    }
    return frames.reverse()
  },
}

/** The frames of the program on the stack, innermost first. Functions up to `above` are left out, and what lies below the task's step. */
export function captureStack(above: (...args: never[]) => unknown): StackFrame[] {
  return framesOf(sitesAbove(above))
}

function sitesAbove(above: (...args: never[]) => unknown): NodeJS.CallSite[] {
  const holder: { stack?: unknown } = {}
  const { prepareStackTrace, stackTraceLimit } = Error
  Error.stackTraceLimit = DEEPEST
  Error.prepareStackTrace = (_, sites) => sites
  Error.captureStackTrace(holder, above)
  const sites = holder.stack as NodeJS.CallSite[]
  Error.prepareStackTrace = prepareStackTrace
  Error.stackTraceLimit = stackTraceLimit
  return sites
}

function framesOf(sites: readonly NodeJS.CallSite[]): StackFrame[] {
  const frames: StackFrame[] = []
  for (const site of sites) {
    const script = site.getFileName()
    if (script === null || script === undefined || script.startsWith('node:')) continue
    const position = positions.original(script, site.getLineNumber() ?? 0, site.getColumnNumber() ?? 0)
    const functionName = site.getFunctionName() ?? 'anonymous'
    if (!isOwn(position.file)) frames.push({ ...position, functionName })
    else if (functionName === 'step' || functionName === 'probed') break // below it is the loop, or who asks
  }
  return frames
}

const FRAME = /^\s+at (?:async )?(?:(.*?) \()?(?:file:\/\/)?(\/[^()]*|[A-Za-z]:[^()]*):(\d+):(\d+)\)?$/

/** The frames that an error's text names, innermost first. */
export function parseStack(stack: string): StackFrame[] {
  const frames: StackFrame[] = []
  for (const line of stack.split('\n')) {
    const match = FRAME.exec(line)
    if (match === null) continue
    const position = positions.original(match[2], Number(match[3]), Number(match[4]))
    if (isOwn(position.file)) continue
    frames.push({ ...position, functionName: (match[1] ?? 'anonymous').replace(/\.next$/, '') })
  }
  return frames
}

/** @internal `printStack`'s text. */
export function formatStack(label: string, frames: readonly StackFrame[], failed: boolean, error: unknown): string {
  if (frames.length === 0) return `No stack for ${label}\n`
  const lines = frames.map(({ file, line, functionName }) => `  File "${file}", line ${line}, in ${functionName}`)
  const title = `${failed ? 'Traceback' : 'Stack'} for ${label} (most recent call last):`
  return [title, ...lines, ...(failed ? [String(error)] : []), ''].join('\n')
}
