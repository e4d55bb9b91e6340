import { describe, expect, it } from 'vitest'
import { coroutineText, functionText } from '../../../extension/lenses/lensText.ts'
import { knownAs } from '../../../extension/lenses/match.ts'
import type { Translate } from '../../../extension/words/translate.ts'

const english: Translate = (message, ...args) =>
  message.replaceAll(/\{(\d)\}/g, (_, i: string) => String(args[Number(i)]))
const summary = {
  file: 'app.py',
  function: 'handle',
  line: 3,
  tasks: 1280,
  medianNs: 3.1e6,
  durations: [],
  runningNs: 4e6,
  readyNs: 4e6,
  waitingNs: 92e6,
  failed: 0,
  cancelled: 3,
  pending: 2,
}

describe('the lens of a coroutine', () => {
  it('says what the trace tells and leaves out what is not the case', () => {
    expect(coroutineText(english, summary, false)).toBe(
      '1\u202f280 runs · p50 3.10 ms · waited 92 % · 3 cancelled · 2 pending',
    )
    const none = {
      ...summary,
      tasks: 1,
      medianNs: null,
      cancelled: 0,
      pending: 1,
      runningNs: 0,
      readyNs: 0,
      waitingNs: 0,
    }
    expect(coroutineText(english, none, false)).toBe('1 run · 1 pending')
  })

  it('says of how many processes it speaks', () => {
    expect(coroutineText(english, summary, false, 3)).toMatch(/ · 2 pending · in 3 processes$/)
  })

  it('says that the source is newer', () => {
    expect(coroutineText(english, summary, true)).toMatch(/ · source is newer than the trace$/)
  })

  it('of a function that never was a task says how long was waited in it', () => {
    const within = { file: 'app.py', function: 'query', line: 4, waits: 320, waitedNs: 4.2e9 }
    expect(functionText(english, within, false)).toBe('waited 4.20 s in 320 awaits')
    expect(functionText(english, { ...within, waits: 1 }, false)).toBe('waited 4.20 s in 1 await')
  })
})

describe('a coroutine is found in the trace', () => {
  const known = [
    { function: 'Shop.page', line: 10 },
    { function: 'page', line: 40 },
    { function: 'page', line: 80 },
    { function: 'worker', line: 5 },
  ]
  it('by its qualified name, wherever it stands by now', () => {
    expect(knownAs(known, 'Shop.page', 200)).toBe(known[0])
  })
  it('by the nearest line where several have its name', () => {
    expect(knownAs(known, 'page', 78)).toBe(known[2])
  })
  it('by the last part of its name where the recorder knew no more', () => {
    expect(knownAs(known, 'Pool.worker', 6)).toBe(known[3])
    expect(knownAs(known, 'Pool.stop', 6)).toBeUndefined()
  })
})
