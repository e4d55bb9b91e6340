import { sourceLine, stackLines, type SourceLine } from '../model/describe.ts'
import type { TraceModel } from '../model/types.ts'
import { isUserLine } from './places.ts'

/** What is known to block, by file and function of a frame, and what to use instead. The order is that of the search, innermost frame first. */
const BLOCKING: readonly { file: RegExp; function: RegExp; name: string; instead: string }[] = [
  { file: /^$|^</, function: /^time\.sleep$|^sleep$/, name: 'time.sleep', instead: 'asyncio.sleep' },
  {
    file: /subprocess\.py$/,
    function: /run|call|check_\w+|communicate|wait|_try_wait/,
    name: 'subprocess',
    instead: 'asyncio.create_subprocess_exec',
  },
  {
    file: /concurrent[\\/]futures[\\/]_base\.py$/,
    function: /result|exception|wait/,
    name: 'Future.result',
    instead: 'asyncio.wrap_future',
  },
  { file: /threading\.py$/, function: /join|_wait_for_tstate_lock/, name: 'Thread.join', instead: 'asyncio.to_thread' },
  {
    file: /threading\.py$/,
    function: /wait|acquire/,
    name: 'a threading lock or event',
    instead: 'asyncio’s own, or asyncio.to_thread',
  },
  { file: /[\\/]queue\.py$/, function: /get|put|join/, name: 'queue.Queue', instead: 'asyncio.Queue' },
  { file: /multiprocessing[\\/]\w+\.py$/, function: /.*/, name: 'multiprocessing', instead: 'an executor' },
  { file: /socket\.py$/, function: /getaddrinfo|gethostby\w+/, name: 'a DNS lookup', instead: 'loop.getaddrinfo' },
  { file: /(?:socket|ssl)\.py$/, function: /.*/, name: 'a blocking socket', instead: 'asyncio.open_connection' },
  {
    file: /http[\\/]client\.py$|urllib[\\/]\w+\.py$/,
    function: /.*/,
    name: 'a blocking HTTP call',
    instead: 'an asynchronous HTTP client',
  },
  { file: /[\\/](?:requests|urllib3)[\\/]/, function: /.*/, name: 'requests', instead: 'an asynchronous HTTP client' },
  {
    file: /sqlite3|psycopg2|pymysql|MySQLdb/,
    function: /.*/,
    name: 'a blocking database driver',
    instead: 'an asynchronous driver',
  },
]

export interface BlockingCall {
  readonly name: string
  readonly instead: string
}

/** The known blocking call that a stack is in: the outermost one below the program's own innermost frame, where it says most. */
export function blockingCall(model: TraceModel, stack: number): BlockingCall | undefined {
  const lines = stackLines(model, stack)
  const own = lines.findIndex(isUserLine)
  const library = own < 0 ? lines : lines.slice(0, own)
  for (const line of library.reverse()) {
    const known = BLOCKING.find((entry) => entry.file.test(line.file) && entry.function.test(shortName(line)))
    if (known) return known
  }
  return undefined
}

const shortName = (line: SourceLine): string =>
  line.file === '' ? line.function : (line.function.split('.').at(-1) ?? '')

/** The latest sample of a run, -1 = none. Samples come in time's order. */
export function lastSampleOf({ samples }: TraceModel, run: number): number {
  return samples.run.lastIndexOf(run)
}

/** Whether a sampled thread waited for another thread: in `result()`, a lock, an event, a join. */
export function threadWait(model: TraceModel, sample: number): boolean {
  if (sample < 0) return false
  for (const line of stackLines(model, model.samples.stack[sample]).slice(0, 4)) {
    if (/(?:threading|concurrent[\\/]futures[\\/]_base|[\\/]queue)\.py$/.test(line.file)) return true
  }
  return false
}

/** Whether the library starts a thread there: what that waits for is the processor, for the new thread to begin. */
export function startsThread(model: TraceModel, stack: number): boolean {
  const lines = stackLines(model, stack)
  const own = lines.findIndex(isUserLine)
  return (own < 0 ? lines : lines.slice(0, own)).some(
    (line) => /[\\/]threading\.py$/.test(line.file) && shortName(line) === 'start',
  )
}

/** Whether a sampled thread waited in `result()` of a concurrent future. */
export function waitsForResult(model: TraceModel, sample: number): boolean {
  if (sample < 0) return false
  return stackLines(model, model.samples.stack[sample])
    .slice(0, 6)
    .some(
      ({ file, function: name }) => /concurrent[\\/]futures[\\/]_base\.py$/.test(file) && /result|exception/.test(name),
    )
}

/** Name of a built-in function that a recorder wrote as the innermost frame of a sample, e.g. `time.sleep`. Code that was made from text, as a named tuple's, is none. */
export function builtinName(model: TraceModel, stack: number): string | undefined {
  const line = sourceLine(model, model.tables.stacks.location[stack] ?? 0)
  return line.file === '' ? line.function || undefined : undefined
}
