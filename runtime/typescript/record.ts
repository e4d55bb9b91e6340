// Recording for Loopscope: switched on by the program, or by LOOPSCOPE in its environment.
import { dirname, sep } from 'node:path'
import { isMainThread } from 'node:worker_threads'
import { openControl, type Control } from './control/control.ts'
import { startedLoops } from './events.ts'
import { thisProgram } from './program.ts'
import { recorder as current, setRecorder } from './trace/hooks.ts'
import { lineage } from './trace/lineage.ts'
import { Output, tracePath } from './trace/output.ts'
import type { TraceRecorder } from './trace/recorder.ts'
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
  const path = begin(spec, replace)
  process.on('exit', onExit)
  return { path, stop, [Symbol.dispose]: stop }
}

/** Ends the recording, and with it the control channel. */
function finish(reason: 'exit' | 'stopped'): void {
  process.off('exit', onExit)
  clearTimeout(opening)
  opening = undefined
  control?.close()
  control = undefined
  end(reason)
}

const onExit = (): void => finish('exit')
const stop = (): void => finish('stopped')

/** What records now; the trace that was recorded last. */
let recorder: TraceRecorder | undefined
let lastPath = ''
let control: Control | undefined
let opening: NodeJS.Timeout | undefined

/** Begins a trace; its path. */
function begin(spec: string | undefined, replace: boolean): string {
  if (current !== undefined) throw new Error('This process is being recorded already.')
  const output = new Output(tracePath(spec), replace)
  const onFailure = (error: unknown): void => {
    setRecorder((recorder = undefined))
    control?.traceChanged(null)
    process.stderr.write(`loopscope: recording to ${output.path} stopped: ${String(error)}\n`)
  }
  lastPath = output.path
  setRecorder((recorder = new SafeRecorder(output, header(), onFailure, openSoon)))
  for (const loop of startedLoops()) recorder.meet(loop)
  control?.traceChanged(output.path)
  return output.path
}

function end(reason: 'exit' | 'stopped'): void {
  const ended = recorder
  setRecorder((recorder = undefined))
  ended?.end(reason)
}

/** The channel's thread takes 30 ms of CPU time: a program that is over before does without, unless it is asked for in so many words. */
const OPENS_MS = 100

/** A program that is blocked from its first step on never comes to a timer: with `LOOPSCOPE_CONTROL` the channel is there before. */
function openSoon(): void {
  if (opening !== undefined || control !== undefined) return
  if (process.env['LOOPSCOPE_CONTROL']) open()
  else opening = setTimeout(open, OPENS_MS).unref()
}

function open(): void {
  if (recorder === undefined) return
  const { pid, started, ancestors, name, argv, cwd, runtime, interpreter } = header()
  const recorded = {
    recorder: () => recorder,
    stop() {
      end('stopped')
      control?.traceChanged(null)
    },
    start: (path: string | undefined) => void begin(path ?? dirname(lastPath) + sep, false),
  }
  try {
    control = openControl(recorded, { pid, started, ancestors, name, argv, cwd, runtime, interpreter }, lastPath)
  } catch {
    // Threads are forbidden: nobody can ask.
  }
}

function header() {
  const nowMs = performance.timeOrigin + performance.now()
  return {
    runtime: { name: 'loopscope-typescript', version: VERSION },
    interpreter: { name: 'Node.js', version: process.versions.node, executable: process.execPath },
    platform: process.platform,
    ...lineage(),
    ppid: process.ppid,
    ...thisProgram(),
    cwd: process.cwd(),
    wallClockNs: String(BigInt(Math.round(nowMs * 1000)) * 1000n),
    monotonicNs: String(process.hrtime.bigint()),
    level: 'full',
    unrecorded: UNRECORDED,
  }
}

/** What a program on this runtime may do and nobody writes down: whoever looks for it in a trace is told so. Samples are taken only where somebody asks. */
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
  if (wanted === '' || wanted === '0' || !isMainThread || current !== undefined) return
  try {
    start(wanted === '1' ? undefined : wanted, false)
  } catch (error) {
    process.stderr.write(`loopscope: this process is not recorded: ${String(error)}\n`)
  }
}
