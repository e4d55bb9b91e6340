import * as vscode from 'vscode'
import { itemOf, placeOf } from './liveItems.ts'
import { nodesBelow, programNodes, type LiveNode } from './liveNodes.ts'
import type { LiveProgram, LivePrograms } from './livePrograms.ts'
import { LiveSources } from './liveSources.ts'
import { RevealStuck } from './revealStuck.ts'

/** The same tree in the Loopscope side bar and in that of Run and Debug. */
const VIEWS = ['loopscope.liveTasks', 'loopscope.debuggedTasks']

const TIMES_EVERY_MS = 5_000

/** The tree of the programs that run, which are asked as long as the tree is to be seen. */
export class LiveTree implements vscode.TreeDataProvider<LiveNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>()
  readonly onDidChangeTreeData = this.changed.event
  private readonly views: vscode.TreeView<LiveNode>[]
  private readonly revealing: RevealStuck[]
  private readonly subscriptions: vscode.Disposable[]
  private readonly sources = new LiveSources()
  private shown = ''
  private shownAtMs = 0
  private watching: vscode.Disposable | undefined

  constructor(private readonly programs: LivePrograms) {
    this.views = VIEWS.map((id) => vscode.window.createTreeView(id, { treeDataProvider: this, showCollapseAll: true }))
    this.revealing = this.views.map((view) => new RevealStuck(view, programs))
    this.subscriptions = [
      this.changed,
      programs.onDidChange(() => this.show()),
      ...this.views,
      ...this.revealing,
      ...this.views.map((view) => view.onDidChangeVisibility(() => this.watch())),
    ]
    this.watch()
  }

  getChildren(node?: LiveNode): LiveNode[] | Promise<LiveNode[]> {
    return node ? nodesBelow(node, this.programs).catch(() => []) : programNodes(this.programs)
  }

  getParent({ parent }: LiveNode): LiveNode | undefined {
    return parent
  }

  async getTreeItem(node: LiveNode): Promise<vscode.TreeItem> {
    const place = placeOf(node)
    return itemOf(node, place && (await this.sources.of(node.program, place)))
  }

  dispose(): void {
    this.watching?.dispose()
    for (const subscription of this.subscriptions) subscription.dispose()
  }

  private watch(): void {
    const isSeen = this.views.some(({ visible }) => visible)
    if (!isSeen) {
      this.watching?.dispose()
      this.watching = undefined
    } else this.watching ??= this.programs.watch()
  }

  /** While only times go on, the tree is drawn anew less often: a menu that is open then has nothing to act on. */
  private show(): void {
    const shown = this.programs.programs.map(contentOf).join('\n')
    if (shown === this.shown && Date.now() - this.shownAtMs < TIMES_EVERY_MS) return
    this.shown = shown
    this.shownAtMs = Date.now()
    this.sources.keep(this.programs.programs)
    const stuck = this.programs.programs.flatMap(({ looked }) => looked?.live.tasks ?? []).filter((task) => task.stuck)
    const badge =
      stuck.length === 0
        ? undefined
        : { value: stuck.length, tooltip: vscode.l10n.t('{0} tasks are stuck', stuck.length) }
    for (const view of this.views) view.badge = badge
    void vscode.commands.executeCommand('setContext', 'loopscope.live', this.programs.programs.length > 0)
    this.changed.fire()
    for (const each of this.revealing) each.look()
  }
}

/** What the tree shows of a program, save times. */
function contentOf({ key, looked, trouble, debugged }: LiveProgram): string {
  if (!looked) return `${key} ${trouble ?? ''}`
  const { tasks, loops, findings } = looked.live
  return [
    `${key} ${looked.trouble ?? ''} ${debugged?.stopped ?? ''}`,
    ...findings.map(({ id }) => id),
    ...loops.map(({ state, runs, frames }) => `${state} ${runs} ${frames[0]?.line ?? 0}`),
    ...tasks.map(({ id, state, stack, waitsFor, stuck, isCancelling }) =>
      [id, state, stack, waitsFor, stuck ?? '', isCancelling].join(' '),
    ),
  ].join('\n')
}
