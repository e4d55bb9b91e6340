import * as vscode from 'vscode'
import { readHeader } from '../../trace/format/header.ts'

export interface TraceBytes {
  readonly bytes: Uint8Array
  /** The recorded program's working directory; empty where the header cannot be read. */
  readonly programFolder: string
}

const CHUNK_BYTES = 4 << 20
/** What `workspace.fs` reads at most. */
const MAX_BYTES = 2 ** 31 - 1
const GIGABYTE = 2 ** 30

/** The file's bytes, or one sentence that says why there are none and what to do. Whether they are a trace, the panel finds out. */
export async function readTraceFile(uri: vscode.Uri): Promise<TraceBytes | string> {
  try {
    const { size, type } = await vscode.workspace.fs.stat(uri)
    if ((type & vscode.FileType.File) === 0) {
      return vscode.l10n.t('This is not a file. Open a file whose name ends in .looptrace.')
    }
    if (size > MAX_BYTES) {
      return vscode.l10n.t(
        'This trace has {0} GB and VS Code reads up to 2 GB: use `loopscope findings` in a terminal, or record for a shorter time.',
        (size / GIGABYTE).toFixed(1),
      )
    }
    const bytes = await vscode.workspace.fs.readFile(uri)
    return { bytes, programFolder: programFolder(bytes) }
  } catch (error) {
    return whyUnreadable(error)
  }
}

/** Copies, on purpose: of a view, VS Code would send the whole buffer under it. */
export function* chunksOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += CHUNK_BYTES) {
    yield Uint8Array.from(bytes.subarray(offset, offset + CHUNK_BYTES))
  }
}

function programFolder(bytes: Uint8Array): string {
  try {
    return readHeader(bytes)?.header.cwd ?? ''
  } catch {
    return '' // The panel reads the same header and says what is wrong with it.
  }
}

function whyUnreadable(error: unknown): string {
  const code = error instanceof vscode.FileSystemError ? error.code : ''
  switch (code) {
    case 'FileNotFound':
      return vscode.l10n.t('This file does not exist any more: it was moved or deleted. Open it from where it is now.')
    case 'NoPermissions':
      return vscode.l10n.t('You have no permission to read this file. Change its permissions and open it again.')
    case 'FileIsADirectory':
      return vscode.l10n.t('This is a folder. Open a file whose name ends in .looptrace.')
    default:
      return vscode.l10n.t('This file cannot be read: {0}', error instanceof Error ? error.message : String(error))
  }
}
