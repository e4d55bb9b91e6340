import { describe, expect, it } from 'vitest'
import {
  hasScheme,
  isAbsolute,
  isNetworkPath,
  isPseudoFile,
  pathsBelowAFolder,
} from '../../extension/source/sourcePaths.ts'

describe('a path of a trace', () => {
  it.each([
    ['/ci/build/app/main.py', '/ci/build', ['app/main.py', 'ci/build/app/main.py', 'build/app/main.py']],
    [
      '/usr/lib/python3.13/asyncio/locks.py',
      '/ci',
      [
        'usr/lib/python3.13/asyncio/locks.py',
        'lib/python3.13/asyncio/locks.py',
        'python3.13/asyncio/locks.py',
        'asyncio/locks.py',
      ],
    ],
    ['C:\\work\\app\\main.py', 'C:\\work', ['app/main.py', 'C:/work/app/main.py', 'work/app/main.py']],
    ['/app.py', '/', []],
    ['app.py', '/ci/build', ['app.py']],
    ['./pkg/app.py', '', ['pkg/app.py']],
  ])('%s, run in %s, may be below a folder as %j', (file, folder, paths) => {
    expect(pathsBelowAFolder(file, folder)).toEqual(paths)
  })

  it.each(['/a.py', 'C:\\a.py', 'c:/a.py'])('%s is absolute', (file) => {
    expect([isAbsolute(file), isNetworkPath(file), hasScheme(file), isPseudoFile(file)]).toEqual([
      true,
      false,
      false,
      false,
    ])
  })

  it.each(['\\\\server\\share\\a.py', '//server/a.py'])('%s is on the network', (file) => {
    expect(isNetworkPath(file)).toBe(true)
  })

  it.each(['https://example.org/a.py', 'vscode://file/a', 'javascript:alert(1)'])('%s is an address', (file) => {
    expect(hasScheme(file)).toBe(true)
  })

  it.each(['<string>', '<frozen importlib._bootstrap>', ''])('“%s” is no file', (file) => {
    expect(isPseudoFile(file)).toBe(true)
  })
})
