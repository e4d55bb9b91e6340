import type * as vscode from 'vscode'
import type { AwaitRow } from '../../trace/live/tree.ts'
import { programNodes, programNodesFrom, taskNode, type LiveNode } from './liveNodes.ts'
import type { LivePrograms } from './livePrograms.ts'

/** Where very many hang at once, the first ones: VS Code unfolds the way to each by itself. */
const AT_ONCE = 8

/**
 * Shows a task in a view of the tree when it turns out to be stuck after its line was drawn: unfolds what stands above it, once, but nothing that was
 * folded by hand. What is stuck when its program is drawn for the first time stands open anyway. Focus and selection stay where they are.
 */
export class RevealStuck implements vscode.Disposable {
  /** By program, the tasks that are stuck and have been shown. */
  private readonly shown = new Map<string, ReadonlySet<number>>()
  private readonly folded = new Set<string>()
  private readonly subscriptions: vscode.Disposable[]
  private last: Promise<void> = Promise.resolve()

  constructor(
    private readonly view: vscode.TreeView<LiveNode>,
    private readonly programs: LivePrograms,
  ) {
    this.subscriptions = [
      view.onDidCollapseElement(({ element }) => this.folded.add(element.id)),
      view.onDidExpandElement(({ element }) => this.folded.delete(element.id)),
      view.onDidChangeVisibility(() => this.look()),
    ]
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose()
  }

  /** After the tree was drawn anew. A view that is out of sight is looked at when it comes back. */
  look(): void {
    if (!this.view.visible) return
    const nodes = programNodes(this.programs).flatMap((node) => [...programNodesFrom(node)])
    this.forget(nodes.map(({ program }) => program.key))
    const fresh = nodes.flatMap((node) => this.freshBelow(node))
    // The most urgent one last: where not all fit, it is the one that is seen.
    for (const node of fresh.slice(0, AT_ONCE).reverse()) this.last = this.last.then(() => this.reveal(node))
  }

  private forget(present: readonly string[]): void {
    for (const key of this.shown.keys()) if (!present.includes(key)) this.shown.delete(key)
    for (const id of this.folded) if (!present.some((key) => id.startsWith(key))) this.folded.delete(id)
  }

  /** The lines that are folded away below a program's, of tasks that have not been stuck before; the most urgent first. */
  private freshBelow(node: LiveNode): LiveNode[] {
    const { key, looked } = node.program
    if (!looked) return []
    const { tasks, waits } = looked.live
    const before = this.shown.get(key)
    this.shown.set(key, new Set(tasks.filter(({ stuck }) => stuck).map(({ id }) => id)))
    if (!before) return []
    const isFresh = ({ task, depth, isRepeated }: AwaitRow): boolean =>
      task.stuck !== undefined && !isRepeated && depth > 0 && !before.has(task.id)
    const rows = [...waits.keys()].filter((row) => isFresh(waits[row])).slice(0, AT_ONCE)
    return rows.flatMap((row) => taskNode(node, looked, row) ?? []).filter((each) => !this.isFolded(each))
  }

  private isFolded({ parent }: LiveNode): boolean {
    return parent !== undefined && (this.folded.has(parent.id) || this.isFolded(parent))
  }

  /** What is no longer there when its turn comes needs no showing. */
  private async reveal(node: LiveNode): Promise<void> {
    if (!this.view.visible || this.isFolded(node)) return
    await this.view.reveal(node, { select: false, focus: false }).then(undefined, () => undefined)
  }
}
