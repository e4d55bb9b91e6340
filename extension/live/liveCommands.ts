import * as vscode from 'vscode'
import { processName, programName } from '../../trace/model/processName.ts'
import { openTrace } from '../editor/openTrace.ts'
import { lineRange, placeOf } from './liveItems.ts'
import type { LiveNode } from './liveNodes.ts'
import type { LivePrograms } from './livePrograms.ts'
import { sourceOf } from './liveSources.ts'
import type { LiveText } from './liveText.ts'

/** What the menus of the tree of live tasks do. Each takes the node whose menu it was. */
type Action = (node: LiveNode, programs: LivePrograms, texts: LiveText) => Promise<unknown>

export const liveActions: Readonly<Record<string, Action>> = {
  /** The line where the task waits. */
  async reveal(node) {
    const place = placeOf(node)
    if (!place) return
    const source = await sourceOf(node.program, place)
    if (typeof source === 'string') return vscode.window.showWarningMessage(source)
    return vscode.window.showTextDocument(source, { selection: lineRange(place) })
  },

  async copyStack(node, programs) {
    if (node.kind !== 'task') return
    const { task } = node.looked.live.waits[node.row]
    const frames = await programs.stack(node.program, task.stack)
    // As Python prints it: the innermost last.
    const lines = [...frames]
      .reverse()
      .map(({ file, line, function: name }) => `  File "${file}", line ${line}, in ${name}`)
    await vscode.env.clipboard.writeText([`${task.name} (${task.coroutine})`, ...lines].join('\n'))
  },

  async showInLanes(node) {
    const trace = node.program.entry?.trace
    if (node.kind !== 'task' || !trace) return
    const { live } = node.looked
    const target = { task: live.waits[node.row].task.id, atNs: live.atNs }
    await vscode.commands.executeCommand('loopscope.showInTrace', vscode.Uri.file(trace).toString(), target)
  },

  async cancelTask(node, programs) {
    if (node.kind !== 'task') return
    const { task } = node.looked.live.waits[node.row]
    const cancel = vscode.l10n.t('Cancel Task')
    const question = vscode.l10n.t('Cancel {0}?', task.name)
    const detail = vscode.l10n.t('CancelledError is raised where the task waits, as by its cancel() method.')
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, cancel)) !== cancel) return
    await programs.cancel(node.program, task.id)
  },

  async breakOnResume(node, programs) {
    if (node.kind === 'task') await programs.breakOnResume(node.program, node.looked.live.waits[node.row].task.id)
  },

  /** Ends the trace; the program runs on. */
  async stopRecording(node, programs) {
    await programs.request(node.program, { request: 'stop' })
  },

  /** Begins a further trace, beside the last one. */
  async startRecording(node, programs) {
    await programs.request(node.program, { request: 'start' })
  },

  async capture(node) {
    const { entry, looked, bytes } = node.program
    if (!looked) return
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(looked.cwd)
    const name = `${(programName(looked.live.argv) || 'python').replace(' -c', '').replace(/\.py$/, '')}-${looked.live.pid}.looptrace`
    const target = await vscode.window.showSaveDialog({
      title: vscode.l10n.t('Capture Snapshot'),
      defaultUri: vscode.Uri.joinPath(folder, name),
      filters: { Loopscope: ['looptrace'] },
    })
    if (!target) return
    if (entry?.trace) await vscode.workspace.fs.copy(vscode.Uri.file(entry.trace), target, { overwrite: true })
    else if (bytes) await vscode.workspace.fs.writeFile(target, bytes)
    await openTrace(target)
  },

  async showAsText({ program }, programs, texts) {
    const { looked, entry } = program
    const called = looked?.live ?? entry
    const name = called ? processName(called) : ''
    await texts.show(`${name} ${looked?.live.pid ?? ''}.txt`, await programs.text(program))
  },
}

/** Runs an action of a node's menu; says in one sentence why it failed. */
export async function runLiveAction(
  name: string,
  programs: LivePrograms,
  texts: LiveText,
  node: unknown,
): Promise<void> {
  if (typeof node !== 'object' || node === null || !('program' in node)) {
    void vscode.window.showInformationMessage(vscode.l10n.t('The tree was just being drawn anew: choose again.'))
    return
  }
  try {
    await liveActions[name](node as LiveNode, programs, texts)
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error))
  }
}
