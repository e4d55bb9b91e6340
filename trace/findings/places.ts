import { isLibraryFile, stackLines, type SourceLine } from '../model/describe.ts'
import type { TraceModel } from '../model/types.ts'
import type { Place } from './types.ts'

/** The standard library, in any layout: what is neither the user's nor a package's. */
const STDLIB = /[\\/](?:lib(?:64)?[\\/]python\d(?:\.\d+t?)?|Python\d+[\\/]Lib)[\\/](?!site-packages|dist-packages)/i
const PACKAGE = /[\\/](?:site-packages|dist-packages|node_modules)[\\/]/

/** The recorder's own: what it does in a hook is no doing of the program. */
const RECORDER = /[\\/]loopscope[\\/]_\w+\.py$/

const isStandard = (file: string): boolean =>
  isLibraryFile(file) || STDLIB.test(file) || file.startsWith('<') || RECORDER.test(file)
/** Whether the innermost frame of a stack, or what called the built-in function there, is the recorder's. */
export const isRecorders = (model: TraceModel, stack: number): boolean =>
  stackLines(model, stack)
    .slice(0, 2)
    .some(({ file }) => RECORDER.test(file))
export const isUserLine = ({ file, line }: SourceLine): boolean =>
  line > 0 && file !== '' && !isStandard(file) && !PACKAGE.test(file)

/** The program's own frames of a stack, innermost first. */
export const userFrames = (model: TraceModel, stack: number): SourceLine[] =>
  stackLines(model, stack).filter(isUserLine)

/** Frame lists by stack: stacks are few and looked at often. */
const framesOf = new WeakMap<TraceModel, Map<number, readonly SourceLine[]>>()

export function userFramesCached(model: TraceModel, stack: number): readonly SourceLine[] {
  let byStack = framesOf.get(model)
  if (!byStack) framesOf.set(model, (byStack = new Map<number, readonly SourceLine[]>()))
  let frames = byStack.get(stack)
  if (!frames) byStack.set(stack, (frames = userFrames(model, stack)))
  return frames
}

/**
 * Where a person should look: the innermost frame of the program itself, or else of a package, or else none.
 * Lines inside asyncio or the standard library are never the answer.
 */
export function placeOf(model: TraceModel, stack: number): Place | undefined {
  const own = userFramesCached(model, stack)[0]
  if (own) return own
  return stackLines(model, stack).find(({ file, line }) => line > 0 && file !== '' && !isStandard(file))
}

/** `app.py:12`, short for a sentence. */
export function shortPlace(place: Place | undefined): string {
  return place ? `${place.file.split(/[\\/]/).at(-1)}:${place.line}` : 'a line that was not recorded'
}

export const samePlace = (a: Place | undefined, b: Place | undefined): boolean =>
  a !== undefined && b !== undefined && a.file === b.file && a.line === b.line
