import { readdir, readFile, stat } from 'node:fs/promises'
import { execFile } from 'node:child_process'
import { programName } from '../../trace/model/processName.ts'

/** A process of this user's that runs Python. */
export interface PythonProcess {
  readonly pid: number
  /** Its command line, the interpreter first. */
  readonly command: readonly string[]
}

/** The Python processes of this user, the newest first. */
export async function pythonProcesses(): Promise<PythonProcess[]> {
  const all = process.platform === 'linux' ? await fromProc() : await fromPs()
  return all.filter(({ command }) => isPython(command[0] ?? '')).sort((a, b) => b.pid - a.pid)
}

/** What it runs, as a recorded process would be called: past the interpreter's own options. */
export function programOf(command: readonly string[]): string {
  for (let i = 1; i < command.length; i++) {
    const argument = command[i]
    if (argument === '-m' || argument === '-c') return programName(command.slice(i))
    if (argument === '-X' || argument === '-W') i++
    else if (!argument.startsWith('-')) return programName(command.slice(i))
  }
  return programName(command)
}

const isPython = (path: string): boolean => /^python[\d.]*(?:\.exe)?$/i.test(path.slice(path.search(/[^\\/]*$/)))

async function fromProc(): Promise<PythonProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    pids.map(async (pid): Promise<PythonProcess[]> => {
      try {
        if ((await stat(`/proc/${pid}`)).uid !== process.getuid?.()) return []
        const text = await readFile(`/proc/${pid}/cmdline`, 'utf8')
        return [{ pid: Number(pid), command: text.replace(/\0$/, '').split('\0') }]
      } catch {
        return [] // It has ended meanwhile.
      }
    }),
  )
  return found.flat()
}

/** As `ps` tells: where arguments have spaces, it cannot be known which. */
function fromPs(): Promise<PythonProcess[]> {
  return new Promise((resolve) => {
    execFile('ps', ['-x', '-o', 'pid=,args='], (error, stdout) => {
      const lines = error ? [] : stdout.split('\n')
      resolve(
        lines.flatMap((line) => {
          const [, pid, args] = /^\s*(\d+)\s+(.+)$/.exec(line) ?? []
          return pid === undefined ? [] : [{ pid: Number(pid), command: args.split(' ') }]
        }),
      )
    })
  })
}
