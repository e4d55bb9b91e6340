import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import { expect, it } from 'vitest'
import { readTrace } from '../../trace/format/reader.ts'
import { parentsOf } from '../../trace/model/family.ts'
import { processTitle } from '../../trace/model/processName.ts'
import { built, start } from './node.ts'

it('a child process of a pool says which program it runs, what it is called and what it came from', async () => {
  const [program, jobs] = await Promise.all([built('pool'), built('pooled')])
  const folder = mkdtempSync(join(tmpdir(), 'loopscope-'))
  const { status, stdout, stderr } = await start(program, [jobs], { LOOPSCOPE: folder + sep }).ended
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '42\n', stderr: '' })
  const names = readdirSync(folder).sort()
  expect(names).toHaveLength(2)
  for (const name of names) expect(name).toMatch(/^pool-\d{8}-\d{6}-\d+\.looptrace$/)
  const traces = names.map((name) => readTrace(readFileSync(join(folder, name))))
  traces.sort((a, b) => Number(a.header.wallClockNs - b.header.wallClockNs))
  const headers = traces.map(({ header }) => header)
  expect(headers.map(processTitle)).toEqual(['pool.mjs', 'ProcessPoolExecutor-1_0 · pool.mjs'])
  expect(parentsOf(headers)).toEqual([-1, 0])
  expect(headers[1].ancestors[0]).toEqual({ pid: headers[0].pid, started: headers[0].started })
  expect(traces.map(({ definitions }) => definitions.strings.includes('doubled'))).toEqual([false, true])
})
