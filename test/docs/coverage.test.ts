import { expect, it } from 'vitest'
import { columnsOf, coverageTable, rowsOf } from '../../scripts/coverage/table.mjs'

const ROWS = [
  { id: 'run', asyncio: '`run`', trace: 'a|b' },
  { id: 'eager', asyncio: 'eager | tasks', trace: 'their first step' },
]
const proofs = (passed: number, ...skipped: string[]) => ({
  passed: Array.from({ length: passed }, (_, i) => `test ${i}`),
  failed: [],
  skipped,
})

it('a table is read back, so that one column can be written anew', () => {
  const oldest = { name: '3.8', rows: { run: proofs(2, 'no Runner'), eager: proofs(0, 'came with 3.12', 'no Runner') } }
  const newest = { name: '3.14', rows: { run: proofs(3) } }
  const table = coverageTable(ROWS, [oldest, newest])
  expect(rowsOf(table)).toEqual(['`run`', 'eager | tasks'])
  const columns = columnsOf(table)
  expect(coverageTable(ROWS, [...columns.values()])).toBe(table)

  const again = coverageTable(ROWS, [
    columns.get('3.8')!,
    { name: '3.14', rows: { run: proofs(3), eager: proofs(4, 'needs the accelerator') } },
  ])
  expect(columnsOf(again).get('3.14')?.kept?.get('eager | tasks')).toEqual({
    count: '4',
    reasons: ['needs the accelerator'],
  })
  expect(columnsOf(again).get('3.8')?.kept).toEqual(columns.get('3.8')?.kept)
})
