import { expect, it } from 'vitest'
import { distribution, heatOf, HEAT_LEVELS, lineText } from '../../extension/decorations/awaitText.ts'
import { findingAnchor } from '../../extension/problems/findingAnchor.ts'
import { findingKindNames } from '../../trace/findings/registry.ts'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from '../real/folders.ts'

const line = {
  file: 'app.py',
  line: 4,
  function: 'handle',
  waits: 12,
  pending: 1,
  waitedNs: 4.2e9,
  medianNs: 10e6,
  ninetiethNs: 1e9,
  longestNs: 2e9,
  durations: [],
  decades: [0, 0, 0, 0, 10, 0, 2, 0],
  causes: [],
  slowest: [],
}

it('the end of a line with an await says how long and how often', () => {
  expect(lineText((message, ...args) => message.replace('{0}', String(args[0])), line)).toBe(
    'waited 4.20 s · 12 × · p50 10.0 ms · 1 pending',
  )
})

it('the distribution goes from the first range that has any to the last', () => {
  expect(distribution(line)).toEqual([
    { range: '10 ms – 100 ms', count: 10, bar: '█'.repeat(20) },
    { range: '100 ms – 1 s', count: 0, bar: '' },
    { range: '1 s – 10 s', count: 2, bar: '████' },
  ])
})

it('heat follows the share of the hottest line', () => {
  expect([1, 0.3, 0.1, 0.03, 0.001].map((share) => heatOf(share * 1e9, 1e9))).toEqual([HEAT_LEVELS - 1, 3, 2, 1, 0])
})

it('each kind of finding leads to a heading of docs/findings.md', () => {
  const headings = readFileSync(join(repository, 'docs/findings.md'), 'utf8').matchAll(/^## (.*)$/gm)
  const anchors = [...headings].map(([, heading]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
  for (const kind of findingKindNames) expect(anchors).toContain(findingAnchor(kind))
})
