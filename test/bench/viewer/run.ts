import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium, type Browser } from 'playwright-core'
import { chromiumArgs, installChromium } from '../../real/chromium.ts'
import { repository } from '../../real/folders.ts'
import { measureLive, type LiveMeasured } from './live.ts'
import { writeLive, type Writing } from './liveWriter.ts'
import { measureOurs, type Measured } from './ours.ts'
import { manyTasks } from '../../webview/manyTasks.ts'
import { measureSpeedscope, type PeerMeasured } from './speedscope.ts'
import { generated, recorded, type BenchTrace, type Size } from './traces.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    'no-peers': { type: 'boolean' },
    'no-recorded': { type: 'boolean' },
    'no-live': { type: 'boolean' },
    /** In a process of its own: see `liveWriter.ts`. */
    'write-live': { type: 'string' },
  },
})
interface Row {
  readonly trace: string
  readonly bytes: number
  readonly ours: Measured
  /** A sentence where it could not be measured. */
  readonly speedscope: PeerMeasured | string
}

const ms = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1))

/** Events a second that a live panel must keep up with, and for how long it is looked at. */
const LIVE = { eventsPerSecond: 200_000, seconds: 10 }

async function measureAll(): Promise<void> {
  const executablePath = await installChromium(console.log)
  /** A browser for each trace: what one leaves in memory is not the other's. */
  const launch = (): Promise<Browser> => chromium.launch({ executablePath, args: [...chromiumArgs] })
  const rows: Row[] = []
  const small: BenchTrace = { name: 'small', bytes: manyTasks(10, 5) }
  const empty = (await measureOurs(launch, small, 0)).memory.nowBytes
  for (const size of (values.only?.split(',').filter(Boolean) ?? ['100k', '1M', '10M']) as Size[]) {
    const traces = [generated(size), values['no-recorded'] ? undefined : recorded(size)]
    if (!traces[1]) console.log(`recorded-${size}: skipped${values['no-recorded'] ? '' : ', for there is no CPython'}`)
    for (const trace of traces) if (trace) rows.push(await measure(launch, trace, empty))
  }
  const live = values['no-live'] ? undefined : await measureLive(launch, LIVE.eventsPerSecond, LIVE.seconds)
  if (live) printLive(live)
  const folder = join(repository, 'test-results')
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    join(folder, 'bench-viewer.json'),
    `${JSON.stringify({ loadAverage: loadavg(), rows, live }, null, 2)}\n`,
  )
  console.log(`\nLoad while measuring: ${loadavg()[0].toFixed(1)} on ${cpus().length} processors`)
  console.log(
    "Perfetto UI: skipped. No package of npm's or PyPI's carries it: PyPI's `perfetto` is bindings and the trace processor, without the page.",
  )
}

async function measure(launch: () => Promise<Browser>, trace: BenchTrace, empty: number): Promise<Row> {
  const ours = await measureOurs(launch, trace, empty)
  const speedscope = values['no-peers'] ? 'not asked for' : await measureSpeedscope(launch, trace)
  const row: Row = { trace: trace.name, bytes: trace.bytes.length, ours, speedscope }
  print(row)
  return row
}

/** The table for one trace, the goals beside. */
function print({ trace, bytes, ours, speedscope }: Row): void {
  const peer = typeof speedscope === 'string' ? undefined : speedscope
  const goal = { '100k': '', '1M': '400 ms', '10M': '2000 ms' }[trace.slice(trace.indexOf('-') + 1)] ?? ''
  const times = (part: number): string => (part / bytes).toFixed(2)
  const { firstFrameParts: parts } = ours
  const searches = Object.entries(ours.searchMs)
  const slowest = searches.reduce((worst, each) => (each[1] > worst[1] ? each : worst))
  const lines: Line[] = [
    [`${trace}, ${(bytes / 1e6).toFixed(1)} MB`, 'measured', 'goal', 'speedscope'],
    ['bytes to first frame', `${ms(ours.firstFrameMs)} ms`, goal, peer ? `${ms(peer.firstFrameMs)} ms` : ''],
    [
      '  worker runs / first bytes / last / model',
      [parts.workerRunsMs, parts.firstBytesMs, parts.lastBytesMs, parts.modelMs].map((at) => at.toFixed(0)).join(' / '),
      '',
      '',
    ],
    ['  CPU time of page and worker', `${ms(ours.firstFrameCpuMs)} ms`, '', ''],
    ['frame, pan and zoom: p95', `${ms(ours.frames.p95Ms)} ms`, '16 ms', peer ? `${ms(peer.frames.p95Ms)} ms` : ''],
    [
      'frame, pan and zoom: worst',
      `${ms(ours.frames.worstMs)} ms`,
      '33 ms',
      peer ? `${ms(peer.frames.worstMs)} ms` : '',
    ],
    [
      '  between frames: p95',
      `${ms(ours.frames.intervalP95Ms)} ms`,
      '',
      peer ? `${ms(peer.frames.intervalP95Ms)} ms` : '',
    ],
    [
      'frame, scrolling: p95 / worst',
      `${ms(ours.scrolling.p95Ms)} / ${ms(ours.scrolling.worstMs)} ms`,
      '16 / 33 ms',
      '',
    ],
    [
      'memory over file: still / highest',
      `${times(ours.memory.nowBytes)} / ${times(ours.memory.highestBytes)}`,
      '2.5',
      '',
    ],
    [
      'frame, scrolling unfolded: p95 / worst',
      `${ms(ours.unfolded.p95Ms)} / ${ms(ours.unfolded.worstMs)} ms`,
      '16 / 33 ms',
      '',
    ],
    [`search: worst of ${searches.length}`, `${ms(slowest[1])} ms (${slowest[0]})`, '50 ms', ''],
    ['hover: p95 / worst', `${ms(ours.hoverMs.p95)} / ${ms(ours.hoverMs.worst)} ms`, '4 ms', ''],
  ]
  table(lines)
  if (typeof speedscope === 'string') console.log(`speedscope: ${speedscope}`)
}

function printLive({ tasks, eventsPerSecond, seconds, shownShare, behindMs, frames, cpu }: LiveMeasured): void {
  table([
    [`live, ${tasks.toLocaleString('en')} tasks`, 'measured', 'goal', ''],
    ['events a second, written for', `${eventsPerSecond.toLocaleString('en')}, ${seconds} s`, '200,000', ''],
    ['shown in the end', `${(shownShare * 100).toFixed(1)} %`, '100 %', ''],
    ['says it is behind: p50 / worst', `${ms(behindMs.p50)} / ${ms(behindMs.worst)} ms`, '', ''],
    ['  p95 in the first half / second', `${ms(behindMs.first)} / ${ms(behindMs.second)} ms`, 'the same', ''],
    ['frame: p95 / worst', `${ms(frames.p95Ms)} / ${ms(frames.worstMs)} ms`, '16 / 33 ms', ''],
    ['CPU of page and worker', `${(cpu * 100).toFixed(0)} % of a processor`, '', ''],
  ])
}

type Line = readonly [string, string, string, string]

function table(lines: readonly Line[]): void {
  const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column].length)))
  console.log(
    `\n${lines
      .map((line) =>
        line
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd(),
      )
      .join('\n')}`,
  )
}

if (values['write-live'] !== undefined) writeLive(JSON.parse(values['write-live']) as Writing)
else await measureAll()
