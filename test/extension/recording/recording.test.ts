import { describe, expect, it } from 'vitest'
import { recordedEnvironment } from '../../../extension/debugging/recordedEnvironment.ts'
import { isGivenName, outdated } from '../../../extension/recording/keepNewest.ts'
import { nodeCommand } from '../../../extension/recording/nodeCommand.ts'
import { pytestCommand, unittestCommand } from '../../../extension/recording/testCommand.ts'

describe('recordings that are kept', () => {
  const recordings = [
    'a-2026-01-31_14-02-11',
    'a-2026-01-31_14-02-12',
    'a-2026-01-31_14-02-13-2',
    'kept for the ticket',
  ].map((name, modified) => ({ name: `${name}.looptrace`, modified, family: name }))
  it('are the newest, and those that were renamed', () => {
    expect(outdated(recordings, 2).map(({ name }) => name)).toEqual(['a-2026-01-31_14-02-11.looptrace'])
    expect(outdated(recordings, 3)).toEqual([])
  })
  it('are counted by runs, whose processes stay or go together', () => {
    const run = (family: string, times: readonly number[]) =>
      times.map((modified) => ({ name: `a-20260131-140211-${modified}.looptrace`, modified, family }))
    const all = [...run('old', [1, 7]), ...run('new', [2, 9]), ...run('middle', [8])]
    expect(outdated(all, 2).map(({ modified }) => modified)).toEqual([7, 1])
    expect(outdated(all, 3)).toEqual([])
  })
  it('are all of them with 0', () => {
    expect(outdated(recordings, 0)).toEqual([])
  })
  it('are told by the names that the extension and the recorder give', () => {
    expect(isGivenName('app-20260131-140211-4711.looptrace')).toBe(true)
    expect(isGivenName('app-2026-01-31_14-02-11-4711.looptrace')).toBe(true)
    expect(isGivenName('app-before-the-fix.looptrace')).toBe(false)
  })
})

describe('a test under the recorder', () => {
  it('is given to pytest by its place', () => {
    expect(pytestCommand({ file: '/w/test_a.py', name: 'TestA.test_b' })).toEqual([
      '-m',
      'pytest',
      '/w/test_a.py::TestA::test_b',
    ])
  })
  it('is given to unittest by its module, if it stands in a class', () => {
    expect(unittestCommand({ file: '/w/test_a.py', name: 'TestA.test_b' })).toEqual([
      '-m',
      'unittest',
      'test_a.TestA.test_b',
    ])
    expect(unittestCommand({ file: '/w/test_a.py', name: 'test_b' })).toBeUndefined()
  })
})

describe('the environment that records', () => {
  const places = { inject: '/ext/inject', folder: '/w/.loopscope', separator: ':' }
  it('goes before what PYTHONPATH names, and adds no empty entry, which would be the working directory', () => {
    expect(recordedEnvironment({}, places)).toEqual({ PYTHONPATH: '/ext/inject', LOOPSCOPE: '/w/.loopscope/' })
    expect(recordedEnvironment({ PYTHONPATH: '/a:/b' }, places).PYTHONPATH).toBe('/ext/inject:/a:/b')
  })
  it('is not put there twice', () => {
    expect(recordedEnvironment({ PYTHONPATH: '/ext/inject:/a' }, places).PYTHONPATH).toBe('/ext/inject:/a')
  })
  it('takes a variable that a configuration takes away as not there', () => {
    expect(recordedEnvironment({ PYTHONPATH: null }, places).PYTHONPATH).toBe('/ext/inject')
  })
})

describe('a program on @loopscope/asyncio', () => {
  const project = { node: '20.20.2', tsx: undefined, compiled: undefined }
  it('is run by node where it is JavaScript', () => {
    expect(nodeCommand('/w/app.mjs', { ...project, tsx: '/w/tsx' })).toEqual({
      executable: 'node',
      args: ['/w/app.mjs'],
    })
  })
  it('is run by the project’s tsx where it is TypeScript', () => {
    const tsx = '/w/node_modules/.bin/tsx'
    expect(nodeCommand('/w/app.ts', { ...project, tsx })).toEqual({ executable: tsx, args: ['/w/app.ts'] })
  })
  it('is run by a Node.js that strips types, which JSX is none of', () => {
    const argsOf = (node: string): unknown => nodeCommand('/w/app.ts', { ...project, node })
    expect(argsOf('22.6.0')).toEqual({ executable: 'node', args: ['--experimental-strip-types', '/w/app.ts'] })
    expect(argsOf('22.18.0')).toEqual({ executable: 'node', args: ['/w/app.ts'] })
    expect(argsOf('24.1.0')).toEqual({ executable: 'node', args: ['/w/app.ts'] })
    expect(argsOf('23.0.0')).toEqual({ executable: 'node', args: ['--experimental-strip-types', '/w/app.ts'] })
    expect(nodeCommand('/w/app.tsx', { ...project, node: '24.1.0' })).toBe('noRunner')
  })
  it('is else what the compiler made of it, or cannot be run', () => {
    const args = ['--enable-source-maps', '/w/dist/app.js']
    expect(nodeCommand('/w/app.ts', { ...project, compiled: '/w/dist/app.js' })).toEqual({ executable: 'node', args })
    expect(nodeCommand('/w/app.ts', project)).toBe('noRunner')
    expect(nodeCommand('/w/app.js', { ...project, node: undefined })).toBe('noNode')
  })
})
