import * as vscode from 'vscode'
import type { Entry } from '../../live/entry.ts'
import type { Request } from '../../live/requests.ts'
import type { SourceLine } from '../../trace/model/describe.ts'
import { breakOnResume } from '../debugging/breakOnResume.ts'
import type { DebuggedProgram, DebuggedPrograms } from '../debugging/debuggedPrograms.ts'
import { Thread } from '../threads/thread.ts'
import type { LiveQuestions, Looked } from './messages.ts'

/** A program that runs: recorded, or in a debugger, or both. */
export interface LiveProgram {
  readonly key: string
  /** Where it is recorded and answers by itself. */
  readonly entry: Entry | undefined
  readonly debugged: DebuggedProgram | undefined
  /** As it was last looked at. */
  looked?: Looked
  /** The trace of one moment that this is, from a debugger. */
  bytes?: Uint8Array
  /** Why nothing is known of it, in a sentence. */
  trouble?: string
}

/** While somebody looks, programs are asked so often, or less often where an answer takes long. */
const LOOK_EVERY_MS = 1_000
const REST_TIMES = 4

/** The programs that run, as they are now. Asks nothing while nobody looks. */
export class LivePrograms implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>()
  readonly onDidChange = this.changed.event
  private readonly thread: Thread<LiveQuestions>
  private readonly byKey = new Map<string, LiveProgram>()
  private readonly subscription: vscode.Disposable
  private watchers = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private looking: Promise<void> | undefined

  constructor(
    context: vscode.ExtensionContext,
    private readonly debugged: DebuggedPrograms,
    private readonly log: vscode.LogOutputChannel,
  ) {
    const script = vscode.Uri.joinPath(context.extensionUri, 'dist', 'liveWorker.cjs').fsPath
    this.thread = new Thread(script, 'Live tasks cannot be read')
    // Where a debugger has stopped, what stands there has changed; while it runs, it is asked only on demand.
    this.subscription = debugged.onDidChange((program) => {
      const known = this.byKey.get(keyOf(program))
      if (known && program.stopped !== undefined) delete known.looked
      if (this.watchers > 0) void this.refresh()
    })
  }

  get programs(): readonly LiveProgram[] {
    return [...this.byKey.values()]
  }

  /** Keeps the programs up to date until the result is disposed. */
  watch(): vscode.Disposable {
    if (this.watchers++ === 0) void this.refresh()
    let isWatching = true
    return new vscode.Disposable(() => {
      if (isWatching && --this.watchers === 0) clearTimeout(this.timer)
      isWatching = false
    })
  }

  /** Looks at all programs now; with `anew`, also at those in a debugger that run. */
  refresh(anew = false): Promise<void> {
    clearTimeout(this.timer)
    if (anew) for (const program of this.byKey.values()) if (!program.entry) delete program.looked
    return (this.looking ??= this.look().finally(() => (this.looking = undefined)))
  }

  /** The traces that recorded programs write now, whether anybody looks or not. */
  async written(): Promise<string[]> {
    const entries = await this.thread.ask('find', {})
    return entries.map(({ trace }) => trace).filter((trace) => trace !== null)
  }

  /** The process ids of recorded programs, whether anybody looks or not. */
  async recorded(): Promise<Set<number>> {
    return new Set((await this.thread.ask('find', {})).map(({ pid }) => pid))
  }

  /** The frames of a stack, innermost first. */
  stack({ key }: LiveProgram, stack: number): Promise<readonly SourceLine[]> {
    return stack === 0 ? Promise.resolve([]) : this.thread.ask('stack', { key, stack })
  }

  text({ key }: LiveProgram): Promise<string> {
    return this.thread.ask('text', { key })
  }

  /** Has the task cancelled by its own loop. Rejects with one sentence. */
  async cancel({ entry, debugged }: LiveProgram, task: number): Promise<void> {
    if (entry) return this.request({ entry }, { request: 'cancel', task })
    if (debugged && (await this.debugged.ask(debugged, `cancel(${task})`)) === '')
      throw new Error(vscode.l10n.t('The task has ended.'))
    await this.refresh(true)
  }

  /** Asks a recorded program for something, and looks what came of it. Rejects with one sentence. */
  async request({ entry }: Pick<LiveProgram, 'entry'>, request: Request): Promise<void> {
    if (!entry) return
    await this.thread.ask('request', { entry, request })
    await this.refresh(true)
  }

  /** Stops the program where the task goes on. Rejects with one sentence. */
  async breakOnResume({ debugged, entry }: LiveProgram, task: number): Promise<void> {
    if (!debugged || entry) throw new Error(vscode.l10n.t('This needs the program in a debugger, stopped.'))
    await breakOnResume(debugged, this.debugged, task)
  }

  dispose(): void {
    clearTimeout(this.timer)
    this.subscription.dispose()
    this.thread.dispose()
    this.changed.dispose()
  }

  private async look(): Promise<void> {
    const started = performance.now()
    try {
      const before = [...this.byKey.keys()].join()
      this.take(await this.thread.ask('find', {}))
      const areOthers = before !== [...this.byKey.keys()].join()
      if (areOthers) this.changed.fire()
      const changed = await Promise.all(this.programs.map((program) => this.lookAt(program)))
      if (changed.includes(true)) this.changed.fire()
    } catch (error) {
      this.log.error(`Live tasks: ${String(error)}`)
    }
    const tookMs = performance.now() - started
    if (this.watchers > 0)
      this.timer = setTimeout(() => void this.refresh(), Math.max(LOOK_EVERY_MS, tookMs * REST_TIMES))
  }

  /** Adds the programs that came, and drops those that went. */
  private take(entries: readonly Entry[]): void {
    const sessions = new Set(this.debugged.programs)
    const found = new Map<string, LiveProgram>()
    for (const entry of entries) {
      const debugged = [...sessions].find(({ pid }) => pid === entry.pid)
      // One that stands answers through its debugger: its own threads may stand as well.
      if (debugged?.stopped !== undefined) continue
      if (debugged) sessions.delete(debugged)
      const key = `${entry.pid} ${entry.file}`
      found.set(key, Object.assign(this.byKey.get(key) ?? { key, entry, debugged }, { entry, debugged }))
    }
    for (const debugged of sessions) {
      const key = keyOf(debugged)
      found.set(key, this.byKey.get(key) ?? { key, entry: undefined, debugged })
    }
    for (const key of this.byKey.keys()) if (!found.has(key)) void this.thread.ask('forget', { key })
    this.byKey.clear()
    for (const [key, program] of found) this.byKey.set(key, program)
  }

  /** Whether there is something new. What a debugger told stays true until it is asked again. */
  private async lookAt(program: LiveProgram): Promise<boolean> {
    const { key, entry, debugged } = program
    if (!entry && program.looked) return false
    try {
      if (entry) program.looked = await this.thread.ask('look', { key, source: { entry } })
      else if (debugged) {
        const bytes = await this.debugged.snapshot(debugged)
        if (!bytes) throw new Error(vscode.l10n.t('It does not use asyncio so far.'))
        program.bytes = bytes
        program.looked = await this.thread.ask('look', { key, source: { bytes } })
      }
      delete program.trouble
    } catch (error) {
      delete program.looked
      program.trouble = error instanceof Error ? error.message : String(error)
    }
    return true
  }
}

const keyOf = ({ session }: DebuggedProgram): string => `debug ${session.id}`
