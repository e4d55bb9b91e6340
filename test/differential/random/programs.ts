// Random programs: what a program may do, and how one is drawn from a seed. interpret.ts and interpret.py run them.

/** What one task does, in order. Numbers name bodies, slots for tasks, and resources; delays are quarters of a second. */
export type Op =
  | ['sleep', number]
  | ['spawn', body: number, slot: number]
  | ['await' | 'cancel' | 'shield', slot: number]
  | ['lock' | 'semaphore', which: number, Op[]]
  | ['put' | 'putNowait' | 'get' | 'getNowait' | 'done' | 'join', queue: number]
  | ['shutdown', queue: number, immediate: boolean]
  | ['timeout', delay: number, Op[]]
  | ['waitFor', delay: number, body: number]
  | ['gather', bodies: number[], returnExceptions: boolean]
  | ['group', bodies: number[], Op[]]
  | ['wait', slots: number[], returnWhen: string, timeout: number | null]
  | ['set' | 'clear' | 'waitEvent', event: number]
  | ['notify', n: number]
  | ['waitCondition']
  | ['barrier' | 'resetBarrier' | 'abortBarrier' | 'level']
  | ['waitLevel', level: number]
  | ['completed', slots: number[], timeout: number | null]
  | ['reschedule', delay: number]
  | ['setFuture' | 'awaitFuture' | 'cancelFuture' | 'failFuture', future: number]
  | ['raise' | 'soon', number]
  | ['later', delay: number, number]
  | ['uncancel' | 'selfCancel']
  | ['try', Op[], kind: string, handler: Op[], again: boolean, last: Op[]]
  | ['repeat', number, Op[]]

export interface Program {
  readonly seed: number
  /** Body 0 is main's. A body starts only bodies with larger numbers, so every program ends or waits. */
  readonly bodies: Op[][]
  readonly eager: boolean
}

type Random = (below: number) => number

/** mulberry32: small, and the same everywhere. */
function random(seed: number): Random {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

const SLOTS = 4
/** From this seed on, programs do more kinds of things; those below stay what they were, as scenarios name some of them. */
const WIDER_FROM = 2_000_000
const CATCHES = ['boom', 'cancel', 'timeout', 'any', 'any']
const WHENS = ['ALL_COMPLETED', 'FIRST_COMPLETED', 'FIRST_EXCEPTION']

export function drawProgram(seed: number): Program {
  const below = random(seed)
  const count = 2 + below(4)
  const draw: Draw = { below, count, isWide: seed >= WIDER_FROM }
  const bodies = Array.from({ length: count }, (_, body) => drawOps(draw, body, 3 + below(body === 0 ? 8 : 5), 0))
  return { seed, bodies, eager: below(8) === 0 }
}

interface Draw {
  readonly below: Random
  /** Of bodies. */
  readonly count: number
  readonly isWide: boolean
}

function drawOps(draw: Draw, body: number, length: number, depth: number): Op[] {
  return Array.from({ length }, () => drawOp(draw, body, depth))
}

function drawOp(draw: Draw, body: number, depth: number): Op {
  const { below, count, isWide } = draw
  const inner = (): Op[] => drawOps(draw, body, 1 + below(3), depth + 1)
  const other = (): number => body + 1 + below(count - body - 1)
  const others = (): number[] => Array.from({ length: 1 + below(3) }, other)
  const leaf = body + 1 >= count
  const flat = depth >= 3
  const choices: (() => Op)[] = [
    () => ['sleep', below(5)],
    () => ['sleep', below(2)],
    () => ['await', below(SLOTS)],
    () => ['cancel', below(SLOTS)],
    () => ['shield', below(SLOTS)],
    () => [(['put', 'putNowait', 'get', 'get', 'getNowait', 'done', 'join'] as const)[below(7)], below(2)],
    () => [(['put', 'get'] as const)[below(2)], below(2)],
    () => [(['set', 'clear', 'waitEvent'] as const)[below(3)], 0],
    () => [(['setFuture', 'awaitFuture', 'awaitFuture', 'cancelFuture', 'failFuture'] as const)[below(5)], below(2)],
    () => (below(2) === 0 ? ['notify', 1 + below(2)] : ['waitCondition']),
    () => (below(2) === 0 ? ['raise', below(10)] : ['barrier']),
    () => (below(2) === 0 ? ['soon', below(10)] : ['later', below(4), below(10)]),
    () => [
      'wait',
      Array.from({ length: 1 + below(3) }, () => below(SLOTS)),
      WHENS[below(3)],
      below(2) === 0 ? null : below(4),
    ],
    () => [(['uncancel', 'selfCancel'] as const)[below(2)]],
    () => (below(6) === 0 ? ['shutdown', below(2), below(2) === 0] : ['sleep', 1]),
  ]
  if (isWide) {
    choices.push(
      () => [(['barrier', 'barrier', 'resetBarrier', 'abortBarrier'] as const)[below(4)]],
      () => (below(2) === 0 ? ['level'] : ['waitLevel', 1 + below(3)]),
      () => ['completed', Array.from({ length: 1 + below(3) }, () => below(SLOTS)), below(2) === 0 ? null : below(4)],
      () => ['reschedule', below(4)],
    )
  }
  if (!flat) {
    choices.push(
      () => ['lock', below(2), inner()],
      () => ['semaphore', 0, inner()],
      () => ['timeout', below(5), inner()],
      () => ['timeout', 1 + below(3), inner()],
      () => [
        'try',
        inner(),
        CATCHES[below(5)],
        below(2) === 0 ? inner() : [],
        below(2) === 0,
        below(3) === 0 ? inner() : [],
      ],
      () => ['try', inner(), CATCHES[below(5)], [], false, []],
      () => ['repeat', 2 + below(2), inner()],
    )
  }
  if (!leaf) {
    choices.push(
      () => ['spawn', other(), below(SLOTS)],
      () => ['spawn', other(), below(SLOTS)],
      () => ['spawn', other(), below(SLOTS)],
      () => ['waitFor', below(5), other()],
      () => ['gather', others(), below(2) === 0],
      () => ['group', others(), flat ? [] : inner()],
    )
  }
  return choices[below(choices.length)]()
}
