// Which process this is and which it came from: by number and start, for numbers are given again.
import { readFileSync } from 'node:fs'

interface Identity {
  readonly pid: number
  /** As the system counts; null where it does not tell. */
  readonly started: string | null
}

const MOST = 16

/** This process, and its ancestors that live: the nearest first. */
export function lineage(): Identity & { readonly ancestors: readonly Identity[] } {
  const ancestors: Identity[] = []
  for (let pid = process.ppid; pid > 0 && ancestors.length < MOST;) {
    const { parent, started } = status(pid)
    ancestors.push({ pid, started })
    pid = parent
  }
  return { pid: process.pid, started: status(process.pid).started, ancestors }
}

function status(pid: number): { readonly parent: number; readonly started: string | null } {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The second field is the command in brackets, which may hold anything; these are the 4th and the 22nd.
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
    return { parent: Number(fields[1]) || 0, started: fields[19] ?? null }
  } catch {
    return { parent: 0, started: null }
  }
}
