import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const LOCK_POLL_MS = 500

/**
 * Fills `folder` once, whoever asks first: a stamp inside marks it complete, an interrupted filling starts over,
 * and a lock beside it holds back a second process until the first one is done. The lock of a process that died is taken over.
 */
export async function installOnce(folder: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const stamp = join(folder, '.complete')
  if (existsSync(stamp)) return folder
  mkdirSync(dirname(folder), { recursive: true })
  const lock = `${folder}.lock`
  while (!takeLock(lock)) await pause(LOCK_POLL_MS)
  try {
    if (existsSync(stamp)) return folder
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder)
    await fill(folder)
    writeFileSync(stamp, `${new Date().toISOString()}\n`)
    return folder
  } finally {
    rmSync(lock, { force: true })
  }
}

function takeLock(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    const owner = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0
    if (owner > 0 && !isAlive(owner)) rmSync(lock, { force: true })
    return false
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
