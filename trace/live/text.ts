import type { SourceLine } from '../model/describe.ts'
import { formatDuration } from '../model/time.ts'
import type { LiveLoop } from './loops.ts'
import type { AwaitRow, LiveProcess, LiveTask } from './tree.ts'

/** A process as text, for a terminal, a log or a ticket: what is wrong, what its loops do, who waits for whom. Tasks have their ids behind `#`. */
export function processText(live: LiveProcess): string {
  const { states, tasks } = live
  const stuck = tasks.filter((task) => task.stuck).length
  const counts = `${count(tasks.length, 'task')}: ${states.running} running, ${states.ready} ready, ${states.waiting} waiting`
  return [
    `${live.name && `${live.name} · `}${live.argv.join(' ')} (process ${live.pid}, ${live.interpreter})${live.isMoment ? '' : `, after ${formatDuration(live.atNs)}`}`,
    `${counts}; ${stuck} stuck, ${count(live.cycles, 'cycle')}`,
    ...live.findings.map(({ severity, message }) => `${severity}: ${message}`),
    ...live.loops.filter(({ state }) => state !== 'closed').flatMap((loop) => ['', ...loopLines(live, loop)]),
    '',
    ...treeLines(live),
  ].join('\n')
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`

function loopLines(live: LiveProcess, { name, thread, state, sinceNs, runs, frames }: LiveLoop): string[] {
  const what = runs === '' ? state : `${state} by ${runs}`.replace(/^running by/, 'running')
  return [
    `${name} in ${thread}: ${what}${live.isMoment ? '' : ` for ${formatDuration(live.atNs - sinceNs)}`}`,
    ...frames.map((frame) => `    ${frame.function} · ${placeText(frame)}`),
  ]
}

/** The await graph with lines that join its rows, as `python -m asyncio pstree` draws it. */
function treeLines(live: LiveProcess): string[] {
  const { waits } = live
  // By depth: whether a later row continues the branch. Read from the end, where each branch begins.
  const continues: boolean[] = []
  const lines: string[] = []
  for (let i = waits.length - 1; i >= 0; i--) {
    const row = waits[i]
    const { depth } = row
    const bars = Array.from({ length: Math.max(0, depth - 1) }, (_, level) => (continues[level + 1] ? '│   ' : '    '))
    const branch = depth === 0 ? '' : continues[depth] ? '├── ' : '└── '
    lines.push(`${bars.join('')}${branch}${rowText(live, row)}`)
    continues.length = depth
    continues[depth] = true
  }
  return lines.reverse()
}

function rowText(live: LiveProcess, { task, holds, isCycle, isRepeated }: AwaitRow): string {
  const holder = holds === '' ? '' : `${holds} held by `
  const marks = [task.stuck ?? '', isCycle ? 'cycle' : '', task.isCancelling ? 'cancelling' : ''].filter(Boolean)
  const marked = marks.length === 0 ? '' : ` [${[...new Set(marks)].join(', ')}]`
  return `${holder}${task.name} #${task.id}${marked}${isRepeated ? ' (above)' : ` · ${taskText(live, task)}`}`
}

/** What a task does and where, without its name: `waiting 12 s for Lock.acquire · Lock 2 · worker at app.py:12`. */
export function taskText({ atNs, isMoment }: Pick<LiveProcess, 'atNs' | 'isMoment'>, task: LiveTask): string {
  const { state, waitsFor } = task
  const lasts = isMoment ? '' : ` ${formatDuration(atNs - task.sinceNs)}`
  const what = waitsFor === '' ? `${state}${lasts && ` for${lasts}`}` : `${state}${lasts} for ${waitsFor}`
  const where = task.at ? `${task.at.function} at ${placeText(task.at)}` : task.coroutine
  return `${what} · ${where}`
}

const placeText = ({ file, line }: SourceLine): string => (line > 0 ? `${file}:${line}` : file || 'not Python code')
