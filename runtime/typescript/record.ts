// Recording for Loopscope: switched on by the program, or by LOOPSCOPE in its environment.
import { isMainThread } from 'node:worker_threads'
import { tracing } from './trace/hooks.ts'
import { Output, tracePath } from './trace/output.ts'
import { SafeRecorder } from './trace/safeRecorder.ts'

/** This package's version, as the trace names it. */
const VERSION = '0.1.0'

export interface RecordOptions {
  /** The trace's file, or a directory for it. Default: `<script>-<date>-<time>-<pid>.looptrace` in the working directory. */
  readonly path?: string | undefined
}

export interface Recording extends Disposable {
  /** The trace's file. */
  readonly path: string
  /** Ends the trace. It ends by itself when the process exits. */
  stop(): void
}

/** Records every loop of this thread from now on. Throws where a recording is under way or its file cannot be made. */
export function record(options: RecordOptions = {}): Recording {
  return start(options.path, true)
}

function start(spec: string | undefined, replace: boolean): Recording {
  if (tracing.recorder !== undefined) throw new Error('This process is being recorded already.')
  const output = new Output(tracePath(spec), replace)
  const recorder = new SafeRecorder(output, header(), (error) => {
    tracing.recorder = undefined
    process.stderr.write(`loopscope: recording to ${output.path} stopped: ${String(error)}\n`)
  })
  tracing.recorder = recorder
  const end = (reason: 'exit' | 'stopped'): void => {
    process.off('exit', onExit)
    if (tracing.recorder === undefined) return
    tracing.recorder = undefined
    recorder.end(reason)
  }
  const onExit = (): void => end('exit')
  process.on('exit', onExit)
  const stop = (): void => end('stopped')
  return { path: output.path, stop, [Symbol.dispose]: stop }
}

function header(): Record<string, unknown> {
  const nowMs = performance.timeOrigin + performance.now()
  return {
    runtime: { name: 'loopscope-typescript', version: VERSION },
    interpreter: { name: 'Node.js', version: process.versions.node, executable: process.execPath },
    platform: process.platform,
    pid: process.pid,
    ppid: process.ppid,
    argv: process.argv.slice(1),
    cwd: process.cwd(),
    wallClockNs: String(BigInt(Math.round(nowMs * 1000)) * 1000n),
    monotonicNs: String(process.hrtime.bigint()),
    level: 'full',
    unrecorded: UNRECORDED,
  }
}

/** What a program on this runtime may do and nobody writes down: whoever looks for it in a trace is told so. */
const UNRECORDED = [
  'UNCANCEL',
  'TASK_DESTROYED',
  'UNRETRIEVED',
  'NEVER_AWAITED',
  'LOOP_ERROR',
  'SAMPLE',
  'CANCEL_CAUGHT',
  'CALLBACK_REPEATS',
]

/** Records this process if its environment asks for it: `LOOPSCOPE=1`, or a path. A trace is one process's: worker threads do not start another. */
export function recordIfAsked(): void {
  const wanted = process.env['LOOPSCOPE'] ?? ''
  if (wanted === '' || wanted === '0' || !isMainThread || tracing.recorder !== undefined) return
  try {
    start(wanted === '1' ? undefined : wanted, false)
  } catch (error) {
    process.stderr.write(`loopscope: this process is not recorded: ${String(error)}\n`)
  }
}
