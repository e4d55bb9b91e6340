import { open } from 'node:fs/promises'
import * as vscode from 'vscode'
import { readHeader } from '../../trace/format/header.ts'

export interface TraceBytes {
  readonly bytes: Uint8Array
  /** Another one where the file has changed. */
  readonly stamp: string
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
    const { size, type, mtime } = await vscode.workspace.fs.stat(uri)
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
    return { bytes, stamp: `${uri.toString()} ${mtime} ${bytes.length}`, programFolder: programFolder(bytes) }
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

/**
 * What stands in the file from byte `from` on, at most CHUNK_BYTES of it; empty where nothing does; `undefined` where the file is another
 * one than that whose first bytes `head` are, or is gone. On this machine only those bytes are read: VS Code's own file system reads
 * files whole, which of a trace that grows would be all of it each time.
 */
export async function readAppended(uri: vscode.Uri, from: number, head: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    if (uri.scheme !== 'file') return appendedOf(await vscode.workspace.fs.readFile(uri), from, head)
    const file = await open(uri.fsPath, 'r')
    try {
      const { size } = await file.stat()
      const { buffer, bytesRead } = await file.read({ buffer: new Uint8Array(head.length), position: 0 })
      if (size < from || !isSame(buffer.subarray(0, bytesRead), head)) return undefined
      const wanted = Math.min(size - from, CHUNK_BYTES)
      if (wanted === 0) return new Uint8Array(0)
      const appended = await file.read({ buffer: new Uint8Array(wanted), position: from })
      return appended.buffer.slice(0, appended.bytesRead)
    } finally {
      await file.close()
    }
  } catch {
    return undefined // Reading it whole says what is wrong.
  }
}

function appendedOf(bytes: Uint8Array, from: number, head: Uint8Array): Uint8Array | undefined {
  if (bytes.length < from || !isSame(bytes.subarray(0, head.length), head)) return undefined
  return Uint8Array.from(bytes.subarray(from, from + CHUNK_BYTES))
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i])

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
