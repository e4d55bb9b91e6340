import { mkdirSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium, type Browser } from 'playwright-core'
import { chromiumArgs, installChromium } from '../../real/chromium.ts'
import { repository } from '../../real/folders.ts'
import { measureOurs, type Measured } from './ours.ts'
import { manyTasks } from '../../webview/manyTasks.ts'
import { measureSpeedscope, type PeerMeasured } from './speedscope.ts'
import { generated, recorded, type BenchTrace, type Size } from './traces.ts'

const { values } = parseArgs({
  options: { only: { type: 'string' }, 'no-peers': { type: 'boolean' }, 'no-recorded': { type: 'boolean' } },
})
const sizes = (values.only?.split(',') ?? ['100k', '1M', '10M']) as Size[]
const executablePath = await installChromium(console.log)
/** A browser for each trace: what one leaves in memory is not the other's. */
const launch = (): Promise<Browser> => chromium.launch({ executablePath, args: [...chromiumArgs] })

interface Row {
  readonly trace: string
  readonly bytes: number
  readonly ours: Measured
  /** A sentence where it could not be measured. */
  readonly speedscope: PeerMeasured | string
}

const ms = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1))
const rows: Row[] = []
const small: BenchTrace = { name: 'small', bytes: manyTasks(10, 5) }
const empty = (await measureOurs(launch, small, 0)).memory.nowBytes
for (const size of sizes) {
  const traces = [generated(size), values['no-recorded'] ? undefined : recorded(size)]
  if (!traces[1]) console.log(`recorded-${size}: skipped${values['no-recorded'] ? '' : ', for there is no CPython'}`)
  for (const trace of traces) if (trace) rows.push(await measure(trace))
}
const folder = join(repository, 'test-results')
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'bench-viewer.json'), `${JSON.stringify({ loadAverage: loadavg(), rows }, null, 2)}\n`)
console.log('Perfetto UI: skipped, for no package registry carries it.')

async function measure(trace: BenchTrace): Promise<Row> {
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
  const lines: (readonly [string, string, string, string])[] = [
    [`${trace}, ${(bytes / 1e6).toFixed(1)} MB`, 'measured', 'goal', 'speedscope'],
    ['bytes to first frame', `${ms(ours.firstFrameMs)} ms`, goal, peer ? `${ms(peer.firstFrameMs)} ms` : ''],
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
    ['search: worst', `${ms(Math.max(...ours.searchMs))} ms`, '50 ms', ''],
    ['hover: p95 / worst', `${ms(ours.hoverMs.p95)} / ${ms(ours.hoverMs.worst)} ms`, '4 ms', ''],
  ]
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
  if (typeof speedscope === 'string') console.log(`speedscope: ${speedscope}`)
}
