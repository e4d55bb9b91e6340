// The file that says where to ask this process. Runs in the channel's thread as text: it uses nothing from outside but its parameters.
import type * as Fs from 'node:fs'
import type * as Path from 'node:path'
import type * as Crypto from 'node:crypto'

/** What an entry tells of the program; docs/control-channel.md tells each field. */
export interface About {
  readonly pid: number
  readonly started: string | null
  readonly ancestors: readonly object[]
  readonly name: string
  readonly argv: readonly string[]
  readonly cwd: string
  readonly runtime: object
  readonly interpreter: object
}

export interface Entry {
  readonly file: string
  /** The Unix socket beside it, whether there is one or not. */
  readonly socket: string
  readonly token: string
  /** Whole or not at all. Throws where it cannot be written. */
  write(where: { readonly socket: string | null; readonly tcp: object | null }, trace: string | null): void
}

/** Makes the folder, or sees that it is this user's alone; takes away what processes left there that are gone. Throws where the folder is not to be used. */
export function prepareEntry(require: NodeJS.Require, folder: string, about: About): Entry {
  const fs = require('node:fs') as typeof Fs
  const { join, basename } = require('node:path') as typeof Path
  const { randomBytes } = require('node:crypto') as typeof Crypto

  const orNull = <T>(read: () => T): T | null => {
    try {
      return read()
    } catch {
      return null
    }
  }
  /** When a process started, as the system counts: the 22nd field. The second is the command in brackets, which may hold anything. */
  const startOf = (pid: number): string | null =>
    orNull(() => {
      const line = fs.readFileSync(`/proc/${pid}/stat`, 'latin1')
      return line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? null
    })
  const namespace = orNull(() => fs.readlinkSync('/proc/self/ns/pid'))

  const isGone = (pid: number, began: unknown): boolean => {
    try {
      process.kill(pid, 0)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true
    }
    const now = startOf(pid)
    return typeof began === 'string' && now !== null && now !== began
  }
  const sweep = (): void => {
    for (const name of fs.readdirSync(folder)) {
      if (!name.endsWith('.json')) continue
      orNull(() => {
        const left = JSON.parse(fs.readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>
        const { version, pid } = left
        if (version !== 1 || left['namespace'] !== namespace || !Number.isSafeInteger(pid)) return
        if (!isGone(pid as number, left['started'])) return
        for (const end of ['.json', '.sock', '.json.part'])
          fs.rmSync(join(folder, basename(name, '.json') + end), { force: true })
      })
    }
  }

  if (orNull(() => fs.lstatSync(folder)) === null) fs.mkdirSync(folder, { mode: 0o700 })
  const status = fs.lstatSync(folder)
  if (!status.isDirectory() || status.uid !== process.getuid?.() || (status.mode & 0o777) !== 0o700)
    throw new Error(`${folder} is not a folder of this user's alone, of mode 0700`)
  sweep()
  const name = join(folder, `${about.pid}-${randomBytes(4).toString('hex')}`)
  const token = randomBytes(16).toString('hex')
  const told = {
    version: 1,
    ...about,
    namespace,
    wallClockNs: String(BigInt(Date.now()) * 1_000_000n),
    token,
  }
  return {
    file: `${name}.json`,
    socket: `${name}.sock`,
    token,
    write(where, trace) {
      const part = `${name}.json.part`
      const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = fs.constants
      const fd = fs.openSync(part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600)
      try {
        fs.writeFileSync(fd, JSON.stringify({ ...told, ...where, trace }))
      } finally {
        fs.closeSync(fd)
      }
      fs.renameSync(part, `${name}.json`)
    },
  }
}
