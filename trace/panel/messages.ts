import { isPanelCommand, type PanelCommand } from './commands.ts'

/**
 * What the extension and the panel say to each other, checked at both ends: a message that is not one of these is dropped and reported,
 * for the panel holds text from an untrusted trace.
 *
 * The panel speaks first (`ready`); the extension answers with `begin`, the file's bytes in `chunk`s, and `end`, or with `failed`.
 * The panel says `shown`; when the file has grown then, the extension sends an `append`, the panel says `shown` again, and so on: one
 * at a time, so that a slow page gets more at once and never a queue. A page that finds the trace with another panel says `has` to `begin`, and gets no more.
 */
export type ToPanel =
  /**
   * `byteLength` is the file's length when reading began, for the progress bar. Two files of one `stamp` are the same, with the same content; empty = not known.
   */
  | { readonly type: 'begin'; readonly fileName: string; readonly byteLength: number; readonly stamp: string }
  | { readonly type: 'chunk'; readonly bytes: Uint8Array }
  | { readonly type: 'end' }
  /** What was written to the file since; `sentAtMs` is when it was read, ms since the epoch by the clock of the file's machine. */
  | { readonly type: 'append'; readonly bytes: Uint8Array; readonly sentAtMs: number }
  /** Instead of `begin`: traces of several processes, to be shown on one clock. `byteLength` is that of all. */
  | { readonly type: 'together'; readonly name: string; readonly byteLength: number }
  /** One of them begins, at first or anew; `file` counts from 0. */
  | { readonly type: 'file'; readonly file: number; readonly name: string }
  /** What stands in it, from its beginning, or since the last part. */
  | { readonly type: 'part'; readonly file: number; readonly bytes: Uint8Array }
  /** It cannot be read, and why, in one sentence: the others are shown. */
  | { readonly type: 'fileFailed'; readonly file: number; readonly name: string; readonly message: string }
  /** All parts that there were have been sent. The panel shows them, says `shown`, and gets what came meanwhile. */
  | { readonly type: 'join'; readonly sentAtMs: number }
  /** One sentence for people: what is wrong with the file and what to do. */
  | { readonly type: 'failed'; readonly message: string }
  /** One sentence for people, about what they asked for; it is shown for a while. */
  | { readonly type: 'tell'; readonly message: string }
  /** So many other processes of the program of this trace were recorded: the panel offers to show all (`openProgram`). */
  | { readonly type: 'others'; readonly count: number }
  /** Do what one of the panel's keys does. */
  | { readonly type: 'command'; readonly command: PanelCommand }
  /** Select this task (by trace id), or what it did at a moment, and bring it into view. */
  | { readonly type: 'reveal'; readonly task: number; readonly atNs?: number }
  /** Show the tasks whose name or coroutine has these words, as if they had been typed. */
  | { readonly type: 'search'; readonly query: string }

export type FromPanel =
  /** The page has started, or wants the file from its beginning again. */
  | { readonly type: 'ready' }
  /** The page has this trace already, whole: no bytes are needed. */
  | { readonly type: 'has' }
  /** What was sent is on the screen. */
  | { readonly type: 'shown' }
  /** Open a source line, as the trace names it; `line` counts from 1. */
  | { readonly type: 'openSource'; readonly file: string; readonly line: number; readonly toSide: boolean }
  /** Save what the panel made, a picture or a trace for another program; the user says where. `name` is a proposal, without a folder. */
  | { readonly type: 'save'; readonly name: string; readonly bytes: Uint8Array }
  /** Save the panel with the trace in one HTML file; the user says where. `name` as in `save`. */
  | { readonly type: 'savePage'; readonly name: string }
  /** Show this trace with those of all processes of its program. */
  | { readonly type: 'openProgram' }
  /** The trace could not be read; the panel shows the same sentence. */
  | { readonly type: 'unreadable'; readonly message: string }

type Shape = Readonly<Record<string, (value: unknown) => boolean>>

const isText = (value: unknown): boolean => typeof value === 'string'
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0
/** Of so many processes the panel would show nothing that a person can read. */
export const MAX_FILES = 1000
const isFile = (value: unknown): boolean => isCount(value) && (value as number) < MAX_FILES
const isFlag = (value: unknown): boolean => typeof value === 'boolean'
const isMoment = (value: unknown): boolean => value === undefined || (Number.isFinite(value) && (value as number) >= 0)
const isBytes = (value: unknown): boolean => value instanceof Uint8Array

const toPanel: { readonly [Type in ToPanel['type']]: Shape } = {
  begin: { fileName: isText, byteLength: isCount, stamp: isText },
  chunk: { bytes: isBytes },
  end: {},
  append: { bytes: isBytes, sentAtMs: isCount },
  together: { name: isText, byteLength: isCount },
  file: { file: isFile, name: isText },
  part: { file: isFile, bytes: isBytes },
  fileFailed: { file: isFile, name: isText, message: isText },
  join: { sentAtMs: isCount },
  failed: { message: isText },
  tell: { message: isText },
  others: { count: isCount },
  command: { command: isPanelCommand },
  reveal: { task: isCount, atNs: isMoment },
  search: { query: isText },
}

const fromPanel: { readonly [Type in FromPanel['type']]: Shape } = {
  ready: {},
  has: {},
  shown: {},
  openSource: { file: isText, line: isCount, toSide: isFlag },
  save: { name: isText, bytes: isBytes },
  savePage: { name: isText },
  openProgram: {},
  unreadable: { message: isText },
}

/** The message, or `undefined` where `value` is none. */
export const asToPanel = (value: unknown): ToPanel | undefined =>
  fits(value, toPanel) ? (value as ToPanel) : undefined
export const asFromPanel = (value: unknown): FromPanel | undefined =>
  fits(value, fromPanel) ? (value as FromPanel) : undefined

function fits(value: unknown, shapes: Readonly<Record<string, Shape>>): boolean {
  if (typeof value !== 'object' || value === null) return false
  const message = value as Record<string, unknown>
  const type = message['type']
  if (typeof type !== 'string' || !Object.hasOwn(shapes, type)) return false
  return Object.entries(shapes[type]).every(([field, check]) => check(message[field]))
}
