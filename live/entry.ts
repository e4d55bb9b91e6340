import { readFile, readlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { ProcessIdentity } from '../trace/format/header.ts'

/** What a recorded process says of itself; docs/control-channel.md tells each field. */
export interface Entry {
  /** The entry's own file. */
  readonly file: string
  readonly pid: number
  readonly started: string | null
  /** The processes that it came from, the nearest first; empty where it does not tell. */
  readonly ancestors: readonly ProcessIdentity[]
  readonly namespace: string | null
  /** When the channel was opened, ms since 1970. */
  readonly openedAtMs: number
  /** What it is called among those of its program; often empty. */
  readonly name: string
  readonly argv: readonly string[]
  readonly cwd: string
  readonly trace: string | null
  readonly socket: string | null
  readonly tcp: { readonly host: string; readonly port: number } | null
  readonly token: string
  readonly runtime: Named
  readonly interpreter: Named
}

export interface Named {
  readonly name: string
  readonly version: string
}

/** `gone`: no such process. `reused`: another process has its number. `elsewhere`: of another container; not ours to judge. */
export type Life = 'lives' | 'gone' | 'reused' | 'elsewhere'

const MAX_BYTES = 2 << 20

/** `undefined`: the file is gone, or no entry of a version that this reader knows. */
export async function readEntry(file: string): Promise<Entry | undefined> {
  try {
    const text = await readFile(file, 'utf8')
    return text.length <= MAX_BYTES ? parseEntry(file, JSON.parse(text)) : undefined
  } catch {
    return undefined
  }
}

function parseEntry(file: string, value: unknown): Entry | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const entry = value as Record<string, unknown>
  const { version, pid, token, wallClockNs } = entry
  if (version !== 1 || typeof token !== 'string' || !Number.isSafeInteger(pid) || (pid as number) <= 0) return undefined
  const socket = textOrNull(entry['socket'])
  const tcp = endpoint(entry['tcp'])
  // A socket stands beside its entry: elsewhere it is somebody else's.
  if (socket !== null && dirname(socket) !== dirname(file)) return undefined
  if (socket === null && tcp === null) return undefined
  return {
    file,
    pid: pid as number,
    started: textOrNull(entry['started']),
    namespace: textOrNull(entry['namespace']),
    openedAtMs: typeof wallClockNs === 'string' && /^\d+$/.test(wallClockNs) ? Number(wallClockNs) / 1e6 : NaN,
    ancestors: ancestorsIn(entry['ancestors']),
    name: textOrNull(entry['name']) ?? '',
    argv: Array.isArray(entry['argv']) ? entry['argv'].filter((each): each is string => typeof each === 'string') : [],
    cwd: textOrNull(entry['cwd']) ?? '',
    trace: textOrNull(entry['trace']),
    socket,
    tcp,
    token,
    runtime: named(entry['runtime']),
    interpreter: named(entry['interpreter']),
  }
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)

const MAX_ANCESTORS = 64

function ancestorsIn(value: unknown): ProcessIdentity[] {
  return (Array.isArray(value) ? value.slice(0, MAX_ANCESTORS) : []).flatMap((each: unknown) => {
    if (typeof each !== 'object' || each === null) return []
    const { pid, started } = each as Record<string, unknown>
    return Number.isSafeInteger(pid) ? [{ pid: pid as number, started: textOrNull(started) ?? '' }] : []
  })
}

function endpoint(value: unknown): Entry['tcp'] {
  if (typeof value !== 'object' || value === null) return null
  const { host, port } = value as Record<string, unknown>
  return typeof host === 'string' && Number.isInteger(port) ? { host, port: port as number } : null
}

function named(value: unknown): Named {
  const { name, version } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  return { name: textOrNull(name) ?? '', version: textOrNull(version) ?? '' }
}

/** What became of the process that wrote an entry. */
export async function lifeOf(entry: Entry): Promise<Life> {
  if (entry.namespace !== null && entry.namespace !== (await readlink('/proc/self/ns/pid').catch(() => null)))
    return 'elsewhere'
  try {
    process.kill(entry.pid, 0)
  } catch (error) {
    // EPERM: it lives, and is another user's by now.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'gone'
  }
  const status = entry.started === null ? undefined : await processStatus(entry.pid)
  if (status === undefined) return 'lives'
  if (status.started !== entry.started) return 'reused'
  return status.state === 'Z' || status.state === 'X' ? 'gone' : 'lives'
}

const DIES_MS = 200

/** The same, of one that closed its sockets: a process that is killed does so a moment before it is gone. */
export async function lifeSoon(entry: Entry): Promise<Life> {
  const deadline = performance.now() + DIES_MS
  let life = await lifeOf(entry)
  while (life === 'lives' && performance.now() < deadline) {
    await pause(10)
    life = await lifeOf(entry)
  }
  return life
}

/** The system's one-letter state of a process and when it started; `undefined` where the system does not tell. */
async function processStatus(pid: number): Promise<{ state: string; started: string } | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined)
  // The second field is the command in brackets, which may hold anything; `state` is the third, `starttime` the 22nd.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields && fields.length > 19 ? { state: fields[0], started: fields[19] } : undefined
}

/** Whether the process is stopped by a signal, or by a debugger: it answers nothing until it goes on. */
export async function isStopped(pid: number): Promise<boolean> {
  return /^[Tt]$/.test((await processStatus(pid))?.state ?? '')
}

/** What a stale entry leaves: its file, and the socket beside it, whichever name it has. */
export function leftovers(entry: Pick<Entry, 'file'>): string[] {
  return [entry.file, join(dirname(entry.file), `${basename(entry.file, '.json')}.sock`)]
}
