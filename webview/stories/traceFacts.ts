import { Outcome, type TraceModel } from '../../trace/model/types.ts'
import { formatDuration } from '../../trace/model/time.ts'
import { plain, type Fact } from './facts.ts'

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
export function traceFacts({ header, endNs, end, eventCount }: TraceModel): Fact[] {
  const facts: [string, string][] = [
    ['command', header.argv.join(' ')],
    ['folder', header.cwd],
    ['process', `${header.pid}${header.ppid > 0 ? `, child of ${header.ppid}` : ''}`],
    ['started', header.wallClockNs > 0n ? new Date(Number(header.wallClockNs / 1_000_000n)).toLocaleString() : ''],
    [
      'runs on',
      [`${header.interpreter.name} ${header.interpreter.version}`.trim(), header.platform].filter(Boolean).join(', '),
    ],
    [
      'recorded',
      `${formatDuration(endNs)}, ${eventCount.toLocaleString('en')} events${header.level === '' ? '' : `, level ${header.level}`}`,
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
  return facts.filter(([, text]) => text !== '').map(([label, text]) => ({ label, parts: [plain(text)] }))
}
