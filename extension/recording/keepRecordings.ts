import * as vscode from 'vscode'
import { namedTraces } from '../editor/togetherAddress.ts'
import type { TraceIndexes } from '../index/traceIndexes.ts'
import { outdated } from './keepNewest.ts'
import { recordedTraces } from './recordedTraces.ts'

interface Surroundings {
  readonly context: vscode.ExtensionContext
  readonly log: vscode.LogOutputChannel
  readonly indexes: TraceIndexes
  /** The traces that programs write now. */
  readonly written: () => Promise<readonly string[]>
}

/**
 * Keeps the recordings of as many runs as the setting `loopscope.keepRecordings` says, whatever made them: where one comes, the oldest beyond go, but none
 * that is open, and none of a program that runs. Recordings that were there before the window delete nothing.
 */
export function keepRecordings(surroundings: Surroundings): vscode.Disposable {
  const { context, indexes, log } = surroundings
  let known: ReadonlySet<string> | undefined
  let last: Promise<void> = Promise.resolve()
  const look = async (): Promise<void> => {
    const names = (await recordedTraces(context)).map(({ uri }) => uri.toString())
    const isMore = known !== undefined && names.some((name) => !known!.has(name))
    known = new Set(names)
    if (isMore && vscode.workspace.isTrusted) await deleteOutdated(surroundings)
  }
  return indexes.onDidChange(() => {
    last = last.then(look).catch((error: unknown) => log.warn(`Recordings could not be counted: ${String(error)}`))
  })
}

async function deleteOutdated({ context, log, indexes, written }: Surroundings): Promise<void> {
  const keep = vscode.workspace.getConfiguration('loopscope').get('keepRecordings', 50)
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs)
  const open = tabs.flatMap(({ input }) =>
    input instanceof vscode.TabInputCustom ? namedTraces(input.uri).map((uri) => uri.toString()) : [],
  )
  const all = (await indexes.families.kinships(await recordedTraces(context))).map(({ recorded, root }) => ({
    ...recorded,
    family: root,
    name: recorded.uri.path.slice(recorded.uri.path.lastIndexOf('/') + 1),
  }))
  const old = outdated(all, keep)
  if (old.length === 0) return
  const inUse = new Set([...open, ...(await written()).map((path) => vscode.Uri.file(path).toString())])
  // A run goes as a whole: what one of its processes still writes, or somebody looks at, keeps the others.
  const runsInUse = new Set(all.filter(({ uri }) => inUse.has(uri.toString())).map(({ family }) => family))
  for (const { uri, family } of old) {
    if (runsInUse.has(family)) continue
    try {
      await vscode.workspace.fs.delete(uri)
      log.info(`${uri.toString()}: deleted, for ${keep} newer runs are kept`)
    } catch (error) {
      log.warn(`${uri.toString()} could not be deleted: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}
