import { expect, it } from 'vitest'
import { readTrace } from '../../trace/format/reader.ts'
import { ObjectCode } from '../../trace/format/schema.ts'
import { definitionsBlock, eventsBlock, headerBytes, joined } from '../../trace/format/writer.ts'
import { buildModel } from '../../trace/model/build.ts'
import { laneData } from '../../webview/lanes/laneData.ts'
import { spoken } from '../../webview/stories/facts.ts'
import { resourceFacts, resourceText } from '../../webview/stories/resourceFacts.ts'

const MS = 1e6
const texts = ['app.py', 'main', 'TCP connection', '10.0.0.1:80 ← 10.0.0.2:5000', 'OSError: gone']
const model = buildModel(
  readTrace(
    joined([
      headerBytes({ pid: 1 }),
      definitionsBlock([
        ...texts.map((text, i) => ['STRING', i + 1, text] as const),
        ['LOCATION', 1, 1, 2, 5],
        ['STACK', 1, 0, 1],
        ['STREAM', 1, 2, 1, 0],
        ['LOOP', 1, 2, 1],
        ['OBJECT', 1, ObjectCode.server, 0, 0],
        ['OBJECT', 2, ObjectCode.transport, 3, 0],
        ['OBJECT', 3, ObjectCode.transport, 3, 0],
        ['OBJECT', 4, ObjectCode.lock, 0, 0],
      ]),
      eventsBlock(0, 1, [
        ['OPENED', 1, 1 * MS, 2, 1],
        ['DETAIL', 0, 1 * MS, 2, 4],
        ['OPENED', 1, 1 * MS, 3, 0],
        ['SENT', 0, 2 * MS, 2, 12],
        ['RECEIVED', 0, 3 * MS, 3, 700],
        ['CLOSED', 0, 5 * MS, 2, 5],
      ]),
    ]),
  ),
)

it('connections have lanes, those with the most bytes first, and say how they went', () => {
  const data = laneData(model)
  const { objects, rowOf } = data.connections()
  expect(objects).toEqual([3, 2])
  expect([rowOf(2), rowOf(4)]).toEqual([0, -1])
  expect(resourceText(data, 3)).toBe('700 B')
  expect(spoken(resourceFacts(data, 2, 6 * MS))).toMatch(
    /accepted by server 1 .*open for 4.00 ms, read 0 B, wrote 12 B, lost by OSError: gone/,
  )
})
