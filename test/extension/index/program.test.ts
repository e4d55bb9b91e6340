import { expect, it } from 'vitest'
import { programOf } from '../../../extension/index/readIndex.ts'
import type { TraceHeader } from '../../../trace/format/header.ts'

const programs = (...argv: string[]): string =>
  programOf({ argv, cwd: '/w', wallClockNs: 5_000_000n, pid: 1 } as unknown as TraceHeader).program

it('a trace tells what was run: the script, below the working directory', () => {
  expect(programs('app.py', '--fast')).toBe('/w/app.py')
  expect(programs('./app.py')).toBe('/w/app.py')
  expect(programs('/srv/app.py')).toBe('/srv/app.py')
  expect(programs()).toBe('')
})

it('under the debugger, it is what the debugger runs', () => {
  expect(programs('/x/debugpy/launcher/../../debugpy', '--connect', '127.0.0.1:1', '/w/bank.py')).toBe('/w/bank.py')
})

it('modules that are run in one folder are told apart', () => {
  expect(programs('-m', 'uvicorn', 'shop:app')).toBe('/w/-m uvicorn')
  expect(programs('-m', 'gunicorn', 'shop:app')).toBe('/w/-m gunicorn')
})
