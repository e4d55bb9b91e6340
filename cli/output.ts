import { once } from 'node:events'
import type { Writable } from 'node:stream'

/** Pieces are gathered up to this many characters before they are written: a system call for each would take most of the time. */
const CHUNK_LENGTH = 1 << 18

/** Writes pieces of text as they are made, no faster than they are taken. */
export async function writeText(stream: Writable, pieces: Iterable<string>): Promise<void> {
  let gathered: string[] = []
  let length = 0
  for (const piece of pieces) {
    gathered.push(piece)
    length += piece.length
    if (length < CHUNK_LENGTH) continue
    if (!stream.write(gathered.join(''))) await once(stream, 'drain')
    gathered = []
    length = 0
  }
  stream.write(gathered.join(''))
}
