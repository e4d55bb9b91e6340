import { lstat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'

/** All folders in which a recorder may have put an entry, the likeliest first. They need not exist. */
export function candidateFolders(env: NodeJS.ProcessEnv = process.env): string[] {
  const set = env['LOOPSCOPE_CONTROL'] ?? ''
  if (isAbsolute(set)) return [set]
  const own = `loopscope-${process.getuid?.() ?? 0}`
  const folders = [
    // The program may have been started in another session than this one, with or without these variables.
    ...[env['XDG_RUNTIME_DIR'], `/run/user/${process.getuid?.() ?? 0}`].map((folder) =>
      join(folder ?? '', 'loopscope'),
    ),
    join(env['TMPDIR'] ?? '', own),
    join('/tmp', own),
  ]
  return [...new Set(folders.filter(isAbsolute))]
}

/** Whether entries in it can be believed: a folder of this user's that nobody else can write to or read. */
export async function isOwnFolder(folder: string): Promise<boolean> {
  try {
    const status = await lstat(folder)
    return status.isDirectory() && status.uid === process.getuid?.() && (status.mode & 0o077) === 0
  } catch {
    return false
  }
}
