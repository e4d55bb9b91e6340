import { once } from 'node:events'
import { createWriteStream, renameSync, rmSync, statSync } from 'node:fs'
import type { Writable } from 'node:stream'
import { UsageError } from './openTrace.ts'

/** Text is gathered up to this many characters before it is written: a system call for each piece would take most of the time. */
const CHUNK_LENGTH = 1 << 18

/** What is written, in pieces that are made as they are taken. */
export type Pieces = Iterable<string> | Iterable<Uint8Array>

/** Writes pieces as they are made, no faster than they are taken. */
export async function writePieces(stream: Writable, pieces: Pieces): Promise<void> {
  let gathered: string[] = []
  let length = 0
  const write = async (chunk: string | Uint8Array): Promise<void> => {
    if (chunk.length > 0 && !stream.write(chunk)) await once(stream, 'drain')
  }
  for (const piece of pieces) {
    if (typeof piece !== 'string') {
      await write(piece)
      continue
    }
    gathered.push(piece)
    length += piece.length
    if (length < CHUNK_LENGTH) continue
    await write(gathered.join(''))
    gathered = []
    length = 0
  }
  await write(gathered.join(''))
}

/**
 * Writes a file that is whole or not there: until its last byte is written it has another name, and a file that stood at `path` before stays as it is.
 * Throws UsageError where it cannot be written.
 */
export async function writeFileWhole(path: string, pieces: Pieces): Promise<void> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`Cannot write ${path}: ${WHY['EISDIR']}.`)
  const unfinished = `${path}.${process.pid}.part`
  const stream = createWriteStream(unfinished)
  try {
    await once(stream, 'open')
    await writePieces(stream, pieces)
    stream.end()
    await once(stream, 'close')
    renameSync(unfinished, path)
  } catch (error) {
    stream.destroy()
    rmSync(unfinished, { force: true })
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw new UsageError(`Cannot write ${path}: ${WHY[code] ?? code}.`)
  }
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  EACCES: 'you may not write there',
  EISDIR: 'it is a folder; name a file in it',
  ENOTDIR: 'a part of its path is a file',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
}
