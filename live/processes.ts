import { readdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { once } from 'node:events'
import { leftovers, lifeOf, lifeSoon, readEntry, type Entry } from './entry.ts'
import { candidateFolders, isOwnFolder } from './folders.ts'

/** An entry that leads nowhere, and why. */
export interface Stale {
  readonly entry: Entry
  readonly why: 'gone' | 'reused' | 'not-listening'
}

export interface Found {
  /** The oldest first. */
  readonly processes: readonly Entry[]
  /** Entries of processes that ended without taking them away. They are deleted by now. */
  readonly stale: readonly Stale[]
}

/** The recorded processes of this user that run now. Takes away what others left behind. */
export async function findProcesses(folders: readonly string[] = candidateFolders()): Promise<Found> {
  const processes: Entry[] = []
  const stale: Stale[] = []
  for (const folder of folders) {
    if (!(await isOwnFolder(folder))) continue
    for (const name of await readdir(folder)) {
      const entry = name.endsWith('.json') ? await readEntry(join(folder, name)) : undefined
      if (!entry) continue
      let life = await lifeOf(entry)
      if (life === 'elsewhere') continue
      const isClosed = life === 'lives' && !(await listens(entry))
      if (isClosed) life = await lifeSoon(entry)
      const why = life === 'gone' || life === 'reused' ? life : isClosed ? 'not-listening' : undefined
      if (why === undefined) processes.push(entry)
      // It may have been closed in good order, and taken away, while we looked.
      else if (await readEntry(entry.file)) stale.push({ entry, why })
    }
  }
  for (const { entry } of stale) for (const path of leftovers(entry)) await rm(path, { force: true })
  return { processes: processes.sort((a, b) => a.openedAtMs - b.openedAtMs), stale }
}

/** Whether anybody takes connections there; a process that is stopped does. */
async function listens({ socket: path, tcp }: Entry): Promise<boolean> {
  const socket = path !== null ? connect(path) : connect(tcp!)
  try {
    await once(socket, 'connect')
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // Anything else (a full backlog, say) is no proof.
    return code !== 'ECONNREFUSED' && code !== 'ENOENT'
  } finally {
    socket.destroy()
  }
}
