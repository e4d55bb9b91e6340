import { expect, it } from 'vitest'
import { findAll } from '../../trace/findings/index.ts'
import { readTrace, TraceReader } from '../../trace/format/reader.ts'
import { buildModel, ModelBuilder } from '../../trace/model/build.ts'
import { trace } from '../ascii/trace.ts'

const THRESHOLDS = { 'hung-after': 5, 'slow-cancel-after': 5 }

const drawings = {
  'a deadlock': `
    loop :               iiiiiiiiiii
    main : #......................... | awaits gather @3
    one  : =#....=#.................. | by main, awaits sleep, awaits lock B @12, holds lock A from 1 @11
    two  :  =#....=#................. | by main, awaits sleep, awaits lock A @22, holds lock B from 2 @21
  `,
  'a lock that is never given back': `
    loop   :               iiiiiiiiiii
    main   : #......................... | awaits task waiter @3
    holder : =#....=#✓                  | by main, awaits sleep @4, holds lock A from 1 @5
    waiter :  =#....................... | by main, awaits lock A @6
  `,
  'a cancellation that is swallowed': `
    loop   :                   iiiiiii
    main   : =#..........=#............ | awaits task worker @3, awaits task worker @4
    worker :  =#........=#............. | by main, awaits sleep @7, awaits event E @8, cancelled by main at 9 @5, thrown at 12
  `,
}

/** Live views ask again and again, of one model that is kept up to date: nothing of an earlier answer may stay. */
it.each(Object.entries(drawings))(
  'what is found in a trace as it grows is what is found in it whole: %s',
  (_, drawing) => {
    const bytes = trace(drawing, { killed: true })
    const whole = findAll(buildModel(readTrace(bytes)), THRESHOLDS)
    expect(whole.findings.length).toBeGreaterThan(0)
    for (const part of [24, 64, 200]) {
      const reader = new TraceReader()
      let builder: ModelBuilder | undefined
      for (let at = 0; at < bytes.length; at += part) {
        reader.push(bytes.slice(at, at + part))
        const file = reader.peek()
        if (!file) continue
        builder ??= new ModelBuilder(file.header, file.definitions)
        builder.append(file.events.take())
        findAll(builder.build(file), THRESHOLDS)
      }
      const grown = findAll(builder!.build(reader.finish()), THRESHOLDS)
      expect(grown.findings).toEqual(whole.findings)
    }
  },
)
