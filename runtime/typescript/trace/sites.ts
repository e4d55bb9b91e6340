// Where something happens: the program's frames on the stack, as a stack id, and which function a coroutine comes from.
import { Session, type Debugger, type InspectorNotification, type Runtime } from 'node:inspector'
import { isOwn } from '../stacks.ts'
import { originalPosition } from './sourceMaps.ts'
import type { Tables } from './tables.ts'

/** Frames per stack at most; `yield*` puts two on it for each coroutine, and only one of them counts. */
const DEEPEST = 100
/** Frames that are looked for first: each takes V8 half a microsecond, and those of Node's and the loop's below the program's are of no use. */
const FIRST = 8
/** The frame under which the loop begins. */
const BOTTOM = -1
const OURS = 0

/**
 * What recording may spend on stacks, and so much at once. A loop that has something to do most of the time is slowed by them: they get a small part
 * of the CPU time. Where it is idle for longer than it is busy they cost nobody anything, and get more of that time.
 */
const BUSY_SHARE = 0.01
const IDLE_SHARE = 0.03
const BURST_MS = 50
/** A stack counts as no more: the first from a script also loads its source map, which happens once. */
const MOST_CHARGED_MS = 0.2

export class Sites {
  /** Location id by script and position in it; OURS and BOTTOM for frames of this package. */
  private readonly places = new Map<string, Map<number, number>>()
  /** Location of a generator function, by its `prototype`: the one thing that a generator object shows of its function. */
  private readonly functions = new WeakMap<object, number>()
  private readonly callbacks = new Map<string, number>()
  /** A busy server's loop calls the same function back all the time. */
  private lastCallback: object | undefined
  private lastCallbackLocation = 0
  /** And starts the same kind of task. */
  private lastFunction: object | undefined
  private lastFunctionLocation = 0
  private readonly scripts = new Map<string, string>()
  private session: Session | undefined
  /** How many frames to look for first. */
  private frames = FIRST
  /** What may be spent now. */
  private leftMs = BURST_MS
  private cpuMs = 0

  constructor(private readonly tables: Tables) {}

  /**
   * Whether there is time for a stack. A stack costs 10 µs and a step 0.3: a program that does nothing but switch tasks would run 50 times as long.
   * So stacks get a share of the time; what is beyond it stays unknown (0), which the format allows, instead of slowing the program down.
   * `part` is how much of the share must still be there: less important stacks stop first.
   */
  affordable(part: number): boolean {
    return this.leftMs > BURST_MS * (1 - part)
  }

  /** Called now and then: the process went on, and its loops were idle for `idleMs` of that time. */
  earn(idleMs: number): void {
    const { user, system } = process.cpuUsage()
    const cpuMs = (user + system) / 1000
    const busyMs = this.cpuMs > 0 ? cpuMs - this.cpuMs : 0
    this.cpuMs = cpuMs
    // A server that waited for hours is not to be slow for minutes.
    const earnedMs = busyMs * BUSY_SHARE + Math.max(0, idleMs - busyMs) * IDLE_SHARE
    this.leftMs = Math.min(BURST_MS, this.leftMs + earnedMs)
  }

  /** The stack id of the program's frames above `from`. */
  here(from: (...args: never[]) => unknown): number {
    const began = performance.now()
    const frames = this.frames
    const stack = this.stackOf(sitesAbove(from, frames), frames) ?? this.stackOf(sitesAbove(from, DEEPEST), DEEPEST)!
    this.leftMs -= Math.min(performance.now() - began, MOST_CHARGED_MS)
    return stack
  }

  /** Whether the code above `from` is the program's, or Node's for it, and neither the recorder's nor the runtime's. */
  isInProgram(from: (...args: never[]) => unknown): boolean {
    for (const site of sitesAbove(from, DEEPEST)) {
      const script = scriptOf(site)
      if (script === undefined) continue
      const location = this.place(script, site)
      return location !== OURS && location !== BOTTOM
    }
    return true
  }

  /** The location of the function that made a coroutine. */
  coroutine(coroutine: object): number {
    const prototype = Object.getPrototypeOf(coroutine) as object
    if (prototype === this.lastFunction) return this.lastFunctionLocation
    let location = this.functions.get(prototype)
    if (location === undefined) {
      const began = performance.now()
      location = this.inspect(coroutine)
      this.functions.set(prototype, location)
      this.leftMs -= Math.min(performance.now() - began, MOST_CHARGED_MS)
    }
    this.lastFunction = prototype
    return (this.lastFunctionLocation = location)
  }

  /** The location of a function that the loop calls back: its name. By name, as most are closures, made for one call. */
  callback(fn: object): number {
    if (fn !== this.lastCallback) {
      const name = (fn as { name?: string }).name || 'callback'
      let location = this.callbacks.get(name)
      if (location === undefined) this.callbacks.set(name, (location = this.tables.location('', name, 0)))
      this.lastCallback = fn
      this.lastCallbackLocation = location
    }
    return this.lastCallbackLocation
  }

  stop(): void {
    this.session?.disconnect()
    this.session = undefined
  }

  /** The program's frames among the newest, of which at most `limit` were looked for; undefined where there are more of them below. */
  private stackOf(sites: readonly NodeJS.CallSite[], limit: number): number | undefined {
    const locations: number[] = []
    let depth = 0
    for (; depth < sites.length; depth++) {
      const site = sites[depth]
      const script = scriptOf(site)
      if (script === undefined) continue
      const location = this.place(script, site)
      if (location === BOTTOM) break
      if (location !== OURS) locations.push(location)
    }
    if (depth === limit && limit < DEEPEST) return undefined
    // The next stack is mostly as deep as the deepest of the last ones.
    this.frames = Math.min(DEEPEST, Math.max(FIRST, this.frames - 1, depth + 1))
    let stack = 0
    for (let i = locations.length - 1; i >= 0; i--) stack = this.tables.stack(stack, locations[i])
    return stack
  }

  private place(script: string, site: NodeJS.CallSite): number {
    let lines = this.places.get(script)
    if (lines === undefined) this.places.set(script, (lines = new Map<number, number>()))
    // One number, which V8 has at hand: lines and columns it has to look up.
    const key = site.getPosition()
    let location = lines.get(key)
    if (location === undefined) {
      const line = site.getLineNumber() ?? 0
      const column = site.getColumnNumber() ?? 0
      const name = site.getFunctionName() ?? 'anonymous'
      const position = originalPosition(script, line, column)
      if (!isOwn(position.file)) location = this.tables.location(position.file, name, position.line)
      else location = name === 'step' || name === 'probed' ? BOTTOM : OURS
      lines.set(key, location)
    }
    return location
  }

  /** Asks V8's inspector, which runs in this thread and opens no port: 140 µs, once per generator function. */
  private inspect(coroutine: object): number {
    const holder = globalThis as { loopscopeInspects?: object | undefined }
    try {
      if (this.session === undefined) {
        this.session = new Session()
        this.session.connect()
      }
      holder.loopscopeInspects = coroutine
      const { result } = this.post<Runtime.EvaluateReturnType>('Runtime.evaluate', {
        expression: 'globalThis.loopscopeInspects',
      })
      const made = this.internal(result.objectId!, '[[GeneratorFunction]]')
      const name = /^\s*(?:async\s+)?(?:function\s*)?\*?\s*([\w$]*)/.exec(made?.description ?? '')?.[1] || 'anonymous'
      const where: unknown =
        made?.objectId === undefined ? undefined : this.internal(made.objectId, '[[FunctionLocation]]')?.value
      const { scriptId, lineNumber, columnNumber } = where as Debugger.Location
      const position = originalPosition(this.script(scriptId), lineNumber + 1, (columnNumber ?? 0) + 1)
      return this.tables.location(position.file, name, position.line)
    } catch {
      return 0 // no inspector in this build of Node, or no such property: the function stays unknown
    } finally {
      delete holder.loopscopeInspects
    }
  }

  private internal(objectId: string, name: string): Runtime.RemoteObject | undefined {
    const { internalProperties } = this.post<Runtime.GetPropertiesReturnType>('Runtime.getProperties', {
      objectId,
      ownProperties: true,
    })
    return internalProperties?.find((property) => property.name === name)?.value
  }

  /** The inspector names scripts by number; it tells their paths when its debugger is switched on. */
  private script(id: string): string {
    if (!this.scripts.has(id)) {
      const note = ({ params }: InspectorNotification<Debugger.ScriptParsedEventDataType>): void =>
        void this.scripts.set(params.scriptId, params.url)
      this.session!.on('Debugger.scriptParsed', note)
      this.post('Debugger.enable')
      this.post('Debugger.disable')
      this.session!.off('Debugger.scriptParsed', note)
    }
    return this.scripts.get(id) ?? ''
  }

  private post<T>(method: string, parameters: object = {}): T {
    let answer: T | undefined
    // Answers come before `post` returns: the session is with this very thread.
    this.session!.post(method, parameters, (error: Error | null, result?: object) => {
      if (error === null) answer = result as T
    })
    return answer!
  }
}

const asSites = (_: Error, sites: NodeJS.CallSite[]): NodeJS.CallSite[] => sites

function sitesAbove(from: (...args: never[]) => unknown, limit: number): readonly NodeJS.CallSite[] {
  const holder: { stack?: unknown } = {}
  const { prepareStackTrace, stackTraceLimit } = Error
  Error.stackTraceLimit = limit
  Error.prepareStackTrace = asSites
  Error.captureStackTrace(holder, from)
  const sites = holder.stack as NodeJS.CallSite[]
  Error.prepareStackTrace = prepareStackTrace
  Error.stackTraceLimit = stackTraceLimit
  return sites
}

/** The script of a frame; undefined where it is Node's, V8's, or was evaluated. */
function scriptOf(site: NodeJS.CallSite): string | undefined {
  const script = site.getFileName()
  return script && !script.startsWith('node:') ? script : undefined
}
