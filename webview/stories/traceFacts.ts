import { Outcome, type TraceModel } from '../../trace/model/types.ts'
import { connectionText, happeningText, processText } from '../../trace/model/describeIo.ts'
import { formatDuration } from '../../trace/model/time.ts'
import { count } from '../time/shares.ts'
import { plain, type Fact } from './facts.ts'
import { processCourse, processNote, processTitle } from './processFacts.ts'

/** Tasks that had not ended when the trace did, those first that have been as they are the longest. Linear in the tasks. */
export function parkedTasks({ tasks, segments }: TraceModel): number[] {
  const found: number[] = []
  for (let task = 1; task <= tasks.count; task++) {
    if (tasks.outcome[task] === Outcome.unfinished && segments.last[task] > segments.first[task]) found.push(task)
  }
  const sinceNs = (task: number): number => segments.startNs[segments.last[task] - 1]
  return found.sort((a, b) => sinceNs(a) - sinceNs(b))
}

/** Tasks that failed, in the order in which they did. Linear in the tasks. */
export function failedTasks({ tasks }: TraceModel): number[] {
  const found: number[] = []
  for (let task = 1; task <= tasks.count; task++) if (tasks.outcome[task] === Outcome.failed) found.push(task)
  return found.sort((a, b) => tasks.endedNs[a] - tasks.endedNs[b])
}

/** What was recorded: the program, where, when and by whom. */
export function traceFacts(model: TraceModel): Fact[] {
  const { header, endNs, end, eventCount, joined } = model
  if (joined) {
    const facts: Fact[] = joined.parts.map((_, index) => ({
      label: index === 0 ? 'processes' : '',
      parts: [plain(`${processTitle(model, index)}: ${processNote(model, index)}, ${processCourse(model, index)}`)],
    }))
    return [...facts, ...outsideFacts(model).map(([label, text]): Fact => ({ label, parts: [plain(text)] }))]
  }
  const facts: [string, string][] = [
    ['command', header.argv.join(' ')],
    ['folder', header.cwd],
    [
      'process',
      `${header.name && `${header.name}, `}${header.pid}${header.ppid > 0 ? `, child of ${header.ppid}` : ''}`,
    ],
    ['started', header.wallClockNs > 0n ? localTime(new Date(Number(header.wallClockNs / 1_000_000n))) : ''],
    [
      'runs on',
      [`${header.interpreter.name} ${header.interpreter.version}`.trim(), header.platform].filter(Boolean).join(', '),
    ],
    [
      'recorded',
      `${formatDuration(endNs)}, ${count(eventCount)} events${header.level === '' ? '' : `, level ${header.level}`}`,
    ],
    [
      'ended',
      {
        exit: 'the program ended',
        stopped: 'the recording was stopped',
        open: 'not: the program still ran, or was killed',
      }[end],
    ],
  ]
  return [...facts, ...outsideFacts(model)]
    .filter(([, text]) => text !== '')
    .map(([label, text]) => ({ label, parts: [plain(text)] }))
}

/** Connections, subprocesses and signals that are listed; `loopscope info --json` has all. */
const MAX_LISTED = 6

/** What the program had to do with the world around its loops: the connections with the most bytes first. */
function outsideFacts(model: TraceModel): [string, string][] {
  const { connections, processes, happenings } = model
  const bytes = (i: number): number => connections.receivedBytes[i] + connections.sentBytes[i]
  const lists: [string, string[]][] = [
    [
      'connections',
      [...connections.object.keys()].sort((a, b) => bytes(b) - bytes(a)).map((i) => connectionText(model, i)),
    ],
    ['subprocesses', [...processes.object.keys()].map((i) => processText(model, i))],
    ['from outside', [...happenings.kind.keys()].map((i) => happeningText(model, i)).filter(Boolean)],
  ]
  return lists.flatMap(([label, texts]) => [
    ...texts.slice(0, MAX_LISTED).map((text, i): [string, string] => [i === 0 ? label : '', text]),
    ...(texts.length > MAX_LISTED ? [['', `and ${texts.length - MAX_LISTED} more`] as [string, string]] : []),
  ])
}

/** `2026-08-23 14:05:09`, by the clock of who looks. By hand, as `count` is. */
function localTime(date: Date): string {
  const two = (part: number): string => String(part).padStart(2, '0')
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`
}
