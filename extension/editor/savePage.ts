import * as vscode from 'vscode'
import { standalone } from '../../trace/panel/standalone.ts'
import { askWhere, write } from './saveFile.ts'
import { readTraceFile } from './traceFile.ts'

/** Saves the panel, whose bundles are in the folder `dist`, with its traces in one HTML file, where the user says. */
export async function savePage(dist: vscode.Uri, traces: readonly vscode.Uri[], name: string): Promise<void> {
  const target = await askWhere(traces[0], name)
  if (!target) return
  const title = vscode.l10n.t('Saving {0}', nameOf(target))
  const isSaved = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () =>
    writePage(dist, traces, target),
  )
  if (!isSaved) return
  const open = vscode.l10n.t('Open in Browser')
  const said = vscode.l10n.t('{0} is saved. It opens in any browser, without a network.', nameOf(target))
  if ((await vscode.window.showInformationMessage(said, open)) === open) await vscode.env.openExternal(target)
}

async function writePage(dist: vscode.Uri, traces: readonly vscode.Uri[], target: vscode.Uri): Promise<boolean> {
  const files: { fileName: string; bytes: Uint8Array }[] = []
  for (const trace of traces) {
    const file = await readTraceFile(trace)
    if (typeof file !== 'string') {
      files.push({ fileName: nameOf(trace), bytes: file.bytes })
      continue
    }
    void vscode.window.showErrorMessage(traces.length > 1 ? `${nameOf(trace)}: ${file}` : file)
    if (traces.length === 1) return false
  }
  const part = async (bundle: string): Promise<string> =>
    new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(dist, bundle)))
  const [script, style, worker] = await Promise.all(['panel.js', 'panel.css', 'worker.js'].map(part))
  const pieces = await standalone({ script, style, worker }, files)
  return write(target, new Uint8Array(await new Blob([...pieces]).arrayBuffer()))
}

const nameOf = ({ path }: vscode.Uri): string => path.slice(path.lastIndexOf('/') + 1)
