import { TraceError } from './errors.ts'
import { FORMAT_MAJOR, FORMAT_MINOR } from './schema.ts'

export interface ProcessIdentity {
  readonly pid: number
  /** As in the header. */
  readonly started: string
}

/** What the file says about the process it comes from. Fields that the file lacks have the empty value of their type. */
export interface TraceHeader {
  readonly major: number
  readonly minor: number
  readonly runtime: { readonly name: string; readonly version: string }
  readonly interpreter: { readonly name: string; readonly version: string; readonly executable: string }
  readonly platform: string
  readonly pid: number
  readonly ppid: number
  /** When the process started, as its system tells it; empty = not known. With `pid` it names a process for good. */
  readonly started: string
  /** The processes that it came from, the nearest first; empty = not known, save for `ppid`. */
  readonly ancestors: readonly ProcessIdentity[]
  /** What it is called among those that run the same program; mostly empty. */
  readonly name: string
  readonly argv: readonly string[]
  readonly cwd: string
  /** Nanoseconds since the Unix epoch at the trace's zero. */
  readonly wallClockNs: bigint
  /** The monotonic clock at the trace's zero. */
  readonly monotonicNs: bigint
  readonly level: string
  /** Kinds of events that this recorder never writes, though the program may do what they tell. */
  readonly unrecorded: readonly string[]
}

export const MAGIC = Uint8Array.of(0x4c, 0x4f, 0x4f, 0x50, 0x54, 0x52, 0x43, 0x0a)
export const FIXED_HEADER_BYTES = 16
const MAX_JSON_BYTES = 1 << 20
const MAX_ANCESTORS = 64

/**
 * Reads the file header from the start of `bytes`.
 * Returns the header and the offset of the first block, or `undefined` where more bytes are needed.
 * Throws TraceError where these bytes cannot become a trace.
 */
export function readHeader(bytes: Uint8Array): { header: TraceHeader; length: number } | undefined {
  for (let i = 0; i < Math.min(MAGIC.length, bytes.length); i++) {
    if (bytes[i] !== MAGIC[i]) {
      throw new TraceError('not-a-trace', 'This is not a Loopscope trace: it does not begin with the letters LOOPTRC.')
    }
  }
  if (bytes.length < FIXED_HEADER_BYTES) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const major = view.getUint16(8, true)
  const minor = view.getUint16(10, true)
  const jsonLength = view.getUint32(12, true)
  if (major > FORMAT_MAJOR) {
    throw new TraceError(
      'newer-version',
      `This trace has format version ${major}.${minor} and this Loopscope reads up to ${FORMAT_MAJOR}.${FORMAT_MINOR}: update Loopscope to open it.`,
    )
  }
  if (major === 0 || jsonLength > MAX_JSON_BYTES || jsonLength % 8 !== 0) {
    throw new TraceError('bad-header', 'This trace is damaged: its header makes no sense. Record the program again.')
  }
  const length = FIXED_HEADER_BYTES + jsonLength
  if (bytes.length < length) return undefined
  return { header: parseHeader(major, minor, bytes.subarray(FIXED_HEADER_BYTES, length)), length }
}

function parseHeader(major: number, minor: number, json: Uint8Array): TraceHeader {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json))
  } catch {
    throw new TraceError('bad-header', 'This trace is damaged: its header is not JSON. Record the program again.')
  }
  const fields = record(value)
  const runtime = record(fields['runtime'])
  const interpreter = record(fields['interpreter'])
  return {
    major,
    minor,
    runtime: { name: text(runtime['name']), version: text(runtime['version']) },
    interpreter: {
      name: text(interpreter['name']),
      version: text(interpreter['version']),
      executable: text(interpreter['executable']),
    },
    platform: text(fields['platform']),
    pid: integer(fields['pid']),
    ppid: integer(fields['ppid']),
    started: text(fields['started']),
    ancestors: identities(fields['ancestors']),
    name: text(fields['name']),
    argv: texts(fields['argv']),
    cwd: text(fields['cwd']),
    wallClockNs: nanoseconds(fields['wallClockNs']),
    monotonicNs: nanoseconds(fields['monotonicNs']),
    level: text(fields['level']),
    unrecorded: texts(fields['unrecorded']),
  }
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(text) : [])
const identities = (value: unknown): readonly ProcessIdentity[] =>
  (Array.isArray(value) ? value.slice(0, MAX_ANCESTORS) : []).map((each) => {
    const { pid, started } = record(each)
    return { pid: integer(pid), started: text(started) }
  })
const integer = (value: unknown): number => (Number.isSafeInteger(value) ? (value as number) : 0)
const nanoseconds = (value: unknown): bigint =>
  typeof value === 'string' && /^\d{1,19}$/.test(value) ? BigInt(value) : 0n
