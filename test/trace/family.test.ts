import { describe, expect, it } from 'vitest'
import { readHeader, type TraceHeader } from '../../trace/format/header.ts'
import { headerBytes } from '../../trace/format/writer.ts'
import { familyOf, parentsOf, parentsOfRunning, rootsOf } from '../../trace/model/family.ts'
import { processName, processTitle, programName } from '../../trace/model/processName.ts'

const NS = 1_000_000_000_000n

/** The header of the trace of a process that began so many ms after the others' zero; `from`: its ancestors, as `pid` or `pid@start`. */
function header(process: string, ms: number, from: readonly string[], ppid = 0): TraceHeader {
  const identity = (text: string): object => {
    const [pid, started] = text.split('@')
    return { pid: Number(pid), started: started ?? null }
  }
  const time = String(NS + BigInt(ms) * 1_000_000n)
  const clocks = { platform: 'linux', wallClockNs: `1${time}`, monotonicNs: time }
  return readHeader(headerBytes({ ...clocks, ...identity(process), ppid, ancestors: from.map(identity) }))!.header
}

describe('the trace that a process came from', () => {
  it('is that of the nearest ancestor that was recorded, whatever stands between', () => {
    const shop = header('10@5', 0, ['1@1'])
    const worker = header('30@9', 40, ['20@7', '10@5', '1@1'])
    const inner = header('40@11', 60, ['30@9', '20@7', '10@5', '1@1'])
    expect(parentsOf([inner, worker, shop])).toEqual([1, 2, -1])
    expect(parentsOfRunning([inner, worker, shop])).toEqual([1, 2, -1])
  })

  it('is not that of another process that had the number before or after', () => {
    const old = header('10@5', 0, [])
    const shop = header('10@600', 5000, [])
    const child = header('30@700', 6000, ['10@600'])
    expect(parentsOf([child, old, shop])).toEqual([2, -1, -1])
    expect(parentsOf([child, old])).toEqual([-1, -1])
  })

  it('is the one that was written at that time, of several of one process', () => {
    const first = header('10@5', 0, [])
    const second = header('10@5', 500, [])
    const early = header('30@60', 100, ['10@5'])
    const late = header('31@70', 900, ['10@5'])
    expect(parentsOf([late, second, early, first])).toEqual([1, -1, 3, -1])
  })

  it('may have begun later, where its process was recorded while it ran', () => {
    expect(parentsOf([header('30@9', 0, ['10@5']), header('10@5', 100, [])])).toEqual([1, -1])
  })

  it('is told by the process id alone where the recorder knew no more, and then by the direct parent only', () => {
    const shop = header('10', 0, [])
    expect(parentsOf([shop, header('30', 40, [], 10)])).toEqual([-1, 0])
    expect(parentsOf([shop, header('30@9', 40, ['20@7', '10@5'])])).toEqual([-1, -1])
  })

  it('is none for traces that say they came from each other', () => {
    const ring = [header('1@1', 0, ['2@2']), header('2@2', 1, ['3@3']), header('3@3', 2, ['1@1'])]
    const parents = parentsOf(ring)
    expect(parents.filter((parent) => parent < 0)).toHaveLength(1)
    expect(familyOf(ring, 1)).toEqual([0, 1, 2])
  })

  it('is found among a thousand at once', () => {
    const all = Array.from({ length: 1000 }, (_, i) => header(`${i + 1}@${i}`, i, i > 0 ? [`${i}@${i - 1}`] : []))
    expect(familyOf(all, 999)).toHaveLength(1000)
  })
})

describe('a family', () => {
  const shop = header('10@5', 0, ['1@1'])
  const worker = header('30@9', 40, ['10@5', '1@1'])
  const again = header('10@5', 90, ['1@1'])
  const other = header('50@5', 10, ['1@1'])

  it('is the trace of a process and all that came from it meanwhile, as they began', () => {
    const all = [again, other, worker, shop]
    for (const member of [2, 3]) expect(familyOf(all, member)).toEqual([3, 2])
    for (const alone of [0, 1]) expect(familyOf(all, alone)).toEqual([alone])
  })

  it('is of one run with what else was written of its process', () => {
    expect(rootsOf([again, other, worker, shop])).toEqual([0, 1, 0, 0])
  })
})

describe('a process is called', () => {
  it.each([
    [{ name: '', argv: ['/home/me/app.py', 'x'] }, 'app.py', 'app.py'],
    [{ name: 'SpawnProcess-1', argv: ['C:\\app.py'] }, 'SpawnProcess-1', 'SpawnProcess-1 · app.py'],
    [{ name: '', argv: ['-m', 'pack.tool'] }, 'pack.tool', 'pack.tool'],
    [{ name: 'import asyncio', argv: ['-c'] }, 'import asyncio', 'import asyncio · python -c'],
    [{ name: '', argv: [] }, '', ''],
  ])('%o', (called, name, title) => {
    expect([processName(called), processTitle(called)]).toEqual([name, title])
  })

  it('and its program by its last part', () => expect(programName(['-m'])).toBe(''))
})
