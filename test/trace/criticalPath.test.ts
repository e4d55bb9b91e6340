import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTrace } from '../../trace/format/reader.ts'
import { buildModel } from '../../trace/model/build.ts'
import { criticalPath, pathShares } from '../../trace/model/criticalPath.ts'
import { taskName } from '../../trace/model/describe.ts'
import type { TraceModel } from '../../trace/model/types.ts'
import { trace } from '../ascii/trace.ts'
import { manyTasks } from '../webview/manyTasks.ts'

const MS = 1e6
const STATES = ['runs', 'ready', 'waits']
const modelOf = (drawing: string): TraceModel => buildModel(readTrace(trace(drawing)))

/** The path as `0-3 main runs`, times in columns. */
function pathOf(model: TraceModel, task: number, from: number, to: number): string[] {
  return criticalPath(model, task, from * MS, to * MS).parts.map(
    (part) => `${part.startNs / MS}-${part.endNs / MS} ${taskName(model, part.task)} ${STATES[part.state]}`,
  )
}

describe('the critical path', () => {
  it('follows who ended each wait, back to its beginning', () => {
    const model = modelOf(`
      main : #........=#✓  | awaits task a, woken by a
      a    :  #....==#✓    | by main, awaits lock L, woken by b
      b    :   ===###✓     | by main, holds lock L from 2 to 5
    `)
    expect(pathOf(model, 1, 0, 11)).toEqual([
      '0-1 main runs',
      '1-2 a runs',
      '2-5 b ready',
      '5-6 b runs',
      '6-8 a ready',
      '8-9 a runs',
      '9-10 main ready',
      '10-11 main runs',
    ])
  })

  it('leads to the creator of a task that was made while it was waited for', () => {
    const model = modelOf(
      `
      main  : #.........=#✓  | awaits future, woken by late
      other : =#....##✓      | by main, awaits sleep
      late  :        =.#✓    | by other
    `.replace('=.#', '==#'),
    )
    expect(pathOf(model, 1, 0, 12)).toEqual([
      '0-1 main runs',
      '1-2 other runs',
      '2-6 other waits',
      '6-7 other runs',
      '7-9 late ready',
      '9-10 late runs',
      '10-11 main ready',
      '11-12 main runs',
    ])
  })

  it('ends at a wait that no task ended', () => {
    const model = modelOf('main : #....=#✓ | awaits sleep')
    expect(pathOf(model, 1, 2, 7)).toEqual(['2-5 main waits', '5-6 main ready', '6-7 main runs'])
    const [share] = pathShares(model, criticalPath(model, 1, 0, 7 * MS))
    expect([STATES[share.state], share.ns / MS, share.count]).toEqual(['waits', 4, 1])
  })

  it('ends where steps begin at the moment that made them ready', () => {
    const model = buildModel(readTrace(manyTasks(200, 3)))
    for (let task = 1; task <= 200; task++) {
      const { parts } = criticalPath(model, task, model.tasks.createdNs[task], model.tasks.endedNs[task])
      const sum = parts.reduce((ns, part) => ns + part.endNs - part.startNs, 0)
      expect(sum).toBe(model.tasks.endedNs[task] - model.tasks.createdNs[task])
    }
  })

  it('fills its span without gaps, whatever woke whom', () => {
    const tasks = 4
    const columns = 24
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: tasks - 1 }), { minLength: columns, maxLength: columns }),
        fc.array(fc.nat({ max: tasks }), { minLength: tasks, maxLength: tasks }),
        (runs, wakers) => {
          const lanes = Array.from({ length: tasks }, (_, task) => {
            const cells = runs.map((runner, at) => {
              if (runner === task) return '#'
              const next = runs.indexOf(task, at)
              return next === at + 1 ? '=' : '.'
            })
            // A lane begins ready, and yields rather than waits where it has no time to.
            const drawn = cells
              .join('')
              .replace(/^[.]+/, (blank) => '='.repeat(blank.length))
              .replace(/#(\.*)$/, '#$1')
            const waker = wakers[task]
            return `t${task} : ${drawn} | ${waker < tasks && waker !== task ? `woken by t${waker}` : 'awaits sleep'}`
          })
          const model = modelOf(lanes.join('\n'))
          for (let task = 1; task <= tasks; task++) {
            const { parts, startNs, endNs } = criticalPath(model, task, 0, columns * MS)
            expect(parts[0]?.startNs ?? startNs).toBe(startNs)
            expect(parts.at(-1)?.endNs ?? endNs).toBe(endNs)
            for (let i = 1; i < parts.length; i++) expect(parts[i].startNs).toBe(parts[i - 1].endNs)
          }
        },
      ),
      { numRuns: 200 },
    )
  })
})
