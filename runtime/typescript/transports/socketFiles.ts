// asyncio/unix_events.py: _stop_serving. Node removes the path of a Unix socket when its server is closed, whoever it belongs to by then.
import { renameSync, statSync } from 'node:fs'
import type { Server as NodeServer } from 'node:net'

/** What tells a file from another one at the same path; undefined where there is none. */
export function fileAt(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino
}

/** Closes a server and leaves what is at its path: Node removes the path in the call, so the file is elsewhere for that long. */
export function closeKeepingFile(listener: NodeServer, path: string): void {
  const aside = `${path}.${process.pid}.kept`
  renameSync(path, aside)
  try {
    listener.close()
  } finally {
    renameSync(aside, path)
  }
}
