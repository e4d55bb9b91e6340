import * as vscode from 'vscode'
import type { Finding } from '../../trace/findings/types.ts'
import type { Question } from '../assistant/questions.ts'
import { readTraceFile } from '../editor/traceFile.ts'
import { recordedTraces, recordingFolders, stampOf, traceAt, type RecordedTrace } from '../recording/recordedTraces.ts'
import type { RecordingCounts } from '../recording/recordingCounts.ts'
import { findSource } from '../source/findSource.ts'
import { Thread } from '../threads/thread.ts'
import { busiestFirst } from './busiestFirst.ts'
import { FamilyFindings, findingsById, type Relative } from './familyFindings.ts'
import { READ_OF_RUN, READ_UNASKED_BYTES, tracesInForce, type Candidate } from './inForce.ts'
import type { Requests, Source } from './messages.ts'
import { openTraces, traceOfTab } from './openTraces.ts'
import { RecordingFamilies } from './recordingFamilies.ts'
import type { ProgramHeader, TraceIndex } from './traceIndex.ts'
import { watchTraces } from './watchTraces.ts'

/** A trace that speaks for its program; see `tracesInForce`. */
export interface IndexedTrace {
  readonly uri: vscode.Uri
  /** Its findings are made with those of its family as soon as that is read: then `because` names findings of other processes as well. */
  readonly index: TraceIndex
  /** Its findings, and those of other processes that `because` may name. */
  readonly findingsById: ReadonlyMap<string, Finding>
  /** Traces of processes that ran together have the same. */
  readonly family: string
  /** From files as the trace names them to those that exist here. */
  readonly files: ReadonlyMap<string, vscode.Uri>
}

/** What the recordings view tells of a trace. */
export interface TraceFacts {
  readonly program: ProgramHeader
  readonly durationNs: number
  readonly tasks: number
  readonly pending: number
  readonly findings: number
}

/** A trace that may speak for its program, and where it is. */
type Recorded = Candidate & { readonly recorded: RecordedTrace }

/** A recorder writes in bursts, and VS Code reports tabs one by one. */
const QUIET_MS = 300
/** A trace that grows is not read again before so many times what reading it took have passed. */
const REST_TIMES = 4
/** Files of the program to look for at the most: a hostile trace may name millions. */
const MAX_FILES = 500

/**
 * What the traces in force say about the code, always as of the files' latest state: one worker reads them, and everything in the editor that
 * shows something of a trace asks here. Reads nothing before it is first asked for.
 */
export class TraceIndexes implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>()
  /** After traces came, went, grew or were read. */
  readonly onDidChange = this.changed.event
  private inForce: readonly IndexedTrace[] = []
  private byDocument = new Map<string, { readonly trace: IndexedTrace; readonly file: string }[]>()
  private readonly indexer: Thread<Requests>
  /** By address, of the state that `stamp` tells. */
  private readonly indexes = new Map<string, { readonly stamp: string; readonly trace: IndexedTrace | string }>()
  /** Which recordings belong together. */
  readonly families: RecordingFamilies
  private readonly familyFindings: FamilyFindings
  private readonly factsOf = new Map<string, { readonly stamp: string; readonly facts: TraceFacts | string }>()
  private watchers: vscode.Disposable[] = []
  private watched = ''
  private timer: ReturnType<typeof setTimeout> | undefined
  private refreshing: Promise<void> | undefined
  private again = false
  private restUntil = 0
  private started = false
  private readonly subscriptions: vscode.Disposable[] = []

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.indexer = new Thread(
      vscode.Uri.joinPath(context.extensionUri, 'dist', 'indexWorker.cjs').fsPath,
      'The trace could not be read',
    )
    this.families = new RecordingFamilies(context, this.indexer)
    this.familyFindings = new FamilyFindings(this.indexer)
  }

  /** The traces in force, newest first, as far as they have been read. */
  get traces(): readonly IndexedTrace[] {
    this.start()
    return this.inForce
  }

  /** What the traces in force say of a file, with the file's name in each: the newest run first, of its processes the one that did most in the file. */
  of(document: vscode.Uri): readonly { readonly trace: IndexedTrace; readonly file: string }[] {
    this.start()
    return this.byDocument.get(document.toString()) ?? []
  }

  /** Resolves when everything that there is has been read. */
  async settled(): Promise<void> {
    this.start()
    while (this.refreshing) await this.refreshing
  }

  /** Begins to read and to watch; later calls do nothing. */
  start(): void {
    if (this.started) return
    this.started = true
    this.subscriptions.push(
      vscode.window.tabGroups.onDidChangeTabs(({ opened, closed }) => {
        if ([...opened, ...closed].some(traceOfTab)) this.schedule()
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.schedule()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('loopscope.recordingsFolder')) this.schedule()
      }),
    )
    void this.refresh()
  }

  /** What the recordings view tells of a trace, or one sentence why it cannot. */
  async facts(recorded: RecordedTrace): Promise<TraceFacts | string> {
    const name = recorded.uri.toString()
    const stamp = stampOf(recorded)
    const inForce = this.inForce.find(({ uri }) => uri.toString() === name)
    if (inForce && this.indexes.get(name)?.stamp === stamp) return factsOf(inForce.index)
    const known = this.factsOf.get(name)
    if (known?.stamp === stamp) return known.facts
    const trace = this.indexes.get(name)
    const facts =
      trace?.stamp === stamp
        ? typeof trace.trace === 'string'
          ? trace.trace
          : factsOf(trace.trace.index)
        : await this.indexer.ask('index', { source: await sourceOf(recorded) }).then(factsOf, sentenceOf)
    this.factsOf.set(name, { stamp, facts })
    return facts
  }

  /** The traces of the processes that ran together with this one's, as far as they are read unasked; itself among them. */
  async together(uri: vscode.Uri): Promise<readonly RecordedTrace[]> {
    const family = await this.families.of(uri)
    const isItself = (recorded: RecordedTrace): boolean => recorded.uri.toString() === uri.toString()
    return family
      .filter((recorded) => isItself(recorded) || recorded.bytes <= READ_UNASKED_BYTES / family.length)
      .sort((a, b) => Number(isItself(b)) - Number(isItself(a)))
      .slice(0, READ_OF_RUN)
  }

  /** The answer to a question of a language model about traces; rejects with a sentence. */
  async ask(traces: readonly RecordedTrace[], question: Question): Promise<string> {
    return this.indexer.ask('question', { sources: await Promise.all(traces.map(sourceOf)), question })
  }

  /** What a recording that runs has so far; `isLast`: nobody asks again. */
  counts(trace: vscode.Uri, isLast: boolean): Promise<RecordingCounts> {
    return this.indexer.ask('counts', { path: trace.fsPath, isLast })
  }

  dispose(): void {
    clearTimeout(this.timer)
    this.indexer.dispose()
    this.changed.dispose()
    for (const disposable of [...this.subscriptions, ...this.watchers]) disposable.dispose()
  }

  private schedule(): void {
    clearTimeout(this.timer)
    const pause = Math.max(QUIET_MS, this.restUntil - performance.now())
    this.timer = setTimeout(() => void this.refresh(), pause)
  }

  /** One at a time: a change during one makes another follow. */
  private refresh(): Promise<void> {
    this.again = true
    return (this.refreshing ??= this.refreshAll().finally(() => (this.refreshing = undefined)))
  }

  private async refreshAll(): Promise<void> {
    while (this.again) {
      this.again = false
      const began = performance.now()
      try {
        await this.read()
      } catch (error) {
        this.log.error(`Traces could not be looked for: ${sentenceOf(error)}`)
      }
      this.restUntil = performance.now() + REST_TIMES * (performance.now() - began)
    }
  }

  private async read(): Promise<void> {
    const open = openTraces()
    this.watch(open)
    const candidates = await this.candidates(open)
    const chosen = tracesInForce(candidates)
    const present = new Set(candidates.map(({ name }) => name))
    this.families.keep(present)
    for (const cache of [this.indexes, this.factsOf])
      for (const name of cache.keys()) if (!present.has(name)) cache.delete(name)
    // What is known is shown at once, and what is new as soon as it is read.
    const publish = (): void => this.publish(chosen.map(({ name }) => this.indexes.get(name)?.trace))
    publish()
    for (const candidate of chosen) if (await this.index(candidate)) publish()
    const families = new Set(chosen.map(({ family }) => family))
    this.familyFindings.keep(families)
    for (const family of families) {
      const relatives = chosen.filter((each) => each.family === family).flatMap((each) => this.relative(each))
      const isNew = await this.familyFindings.read(family, relatives).catch((error: unknown) => {
        this.log.warn(`${family}, with its other processes: ${sentenceOf(error)}`)
        return true
      })
      if (isNew) publish()
    }
  }

  /** A trace as far as it could be read. */
  private relative({ name, bytes, recorded }: Recorded): Relative[] {
    const known = this.indexes.get(name)
    if (!known || typeof known.trace === 'string') return []
    const { findings } = known.trace.index
    return [{ name, bytes, stamp: known.stamp, findings, source: () => sourceOf(recorded) }]
  }

  private async candidates(open: readonly vscode.Uri[]): Promise<Recorded[]> {
    const all = new Map((await recordedTraces(this.context)).map((recorded) => [recorded.uri.toString(), recorded]))
    for (const uri of open) {
      const recorded = await traceAt(uri)
      if (recorded) all.set(uri.toString(), recorded)
    }
    const openNames = new Set(open.map(String))
    return (await this.families.kinships([...all.values()])).map(({ recorded, program, root }) => {
      const name = recorded.uri.toString()
      return {
        name,
        recorded,
        program: program?.program ?? '',
        family: root,
        startedMs: program?.startedMs || recorded.modified,
        isOpen: openNames.has(name),
        bytes: recorded.bytes,
      }
    })
  }

  /** Reads a trace unless this state of it is known. True where something is new. */
  private async index({ recorded, family }: Recorded): Promise<boolean> {
    const name = recorded.uri.toString()
    const stamp = stampOf(recorded)
    if (this.indexes.get(name)?.stamp === stamp) return false
    const began = performance.now()
    const trace = await this.indexed(recorded, family).catch(sentenceOf)
    this.indexes.set(name, { stamp, trace })
    const duration = `${(performance.now() - began).toFixed(0)} ms`
    if (typeof trace === 'string') this.log.warn(`${name}: ${trace}`)
    else this.log.info(`${name}: ${trace.index.events} events indexed in ${duration}`)
    return true
  }

  private async indexed(recorded: RecordedTrace, family: string): Promise<IndexedTrace> {
    const index = await this.indexer.ask('index', { source: await sourceOf(recorded) })
    const files = new Map<string, vscode.Uri>()
    const surroundings = { trace: recorded.uri, programFolder: index.program.cwd }
    for (const file of filesOf(index)) {
      const found = await findSource(file, surroundings)
      if (typeof found !== 'string') files.set(file, found)
    }
    return { uri: recorded.uri, index, findingsById: findingsById(index.findings), family, files }
  }

  private publish(traces: readonly (IndexedTrace | string | undefined)[]): void {
    this.inForce = traces
      .filter((trace) => typeof trace === 'object')
      .map((trace) => {
        const together = this.familyFindings.of(trace.family, trace.uri.toString())
        if (!together) return trace
        const { findings, byId } = together
        return { ...trace, index: { ...trace.index, findings }, findingsById: byId }
      })
    this.byDocument = new Map()
    for (const trace of this.inForce) {
      for (const [file, uri] of trace.files) {
        const entries = this.byDocument.get(uri.toString())
        if (entries) entries.push({ trace, file })
        else this.byDocument.set(uri.toString(), [{ trace, file }])
      }
    }
    for (const [uri, entries] of this.byDocument) this.byDocument.set(uri, busiestFirst(entries))
    this.changed.fire()
  }

  private watch(open: readonly vscode.Uri[]): void {
    const folders = new Map(
      [...recordingFolders(this.context), ...open.map((uri) => vscode.Uri.joinPath(uri, '..'))].map((folder) => [
        folder.toString(),
        folder,
      ]),
    )
    const watched = [...folders.keys()].sort().join(' ')
    if (watched === this.watched) return
    this.watched = watched
    for (const watcher of this.watchers) watcher.dispose()
    this.watchers = [...folders.values()].flatMap((folder) => watchTraces(folder, () => this.schedule()))
  }
}

async function sourceOf(recorded: RecordedTrace): Promise<Source> {
  if (recorded.uri.scheme === 'file') return { path: recorded.uri.fsPath }
  const file = await readTraceFile(recorded.uri)
  if (typeof file === 'string') throw new Error(file)
  return { name: recorded.uri.toString(), stamp: stampOf(recorded), bytes: file.bytes }
}

const factsOf = ({ program, durationNs, tasks, pending, findings }: TraceIndex): TraceFacts => ({
  program,
  durationNs,
  tasks,
  pending,
  findings: findings.length,
})

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The files that anything is told about, those with findings first. */
function filesOf({ findings, summary }: TraceIndex): string[] {
  const files = new Set<string>()
  for (const { file, related } of findings)
    for (const each of [file, ...related.map((line) => line.file)]) if (each) files.add(each)
  for (const { file } of [...summary.coroutines, ...summary.functions, ...summary.awaitLines]) files.add(file)
  return [...files].slice(0, MAX_FILES)
}
