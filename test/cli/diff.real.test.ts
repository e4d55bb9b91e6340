import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { findInterpreters } from '../../scripts/interpreters.mjs'
import type { Change } from '../../trace/compare/diff.ts'
import { terminal } from './run.ts'

const here = terminal()
const interpreter = findInterpreters().at(-1)!

/** A program of 25 requests. The later version waits longer for its answer, logs it, and no longer locks. */
const before = `import asyncio
lock = asyncio.Lock()
async def fetch(n):
    await asyncio.sleep(0.01)
    return n
async def handle(n):
    async with lock:
        return await fetch(n)
async def main():
    await asyncio.gather(*(handle(n) for n in range(25)))
asyncio.run(main())
`
const after = `import asyncio
# A line that moves all others.
async def log(n):
    await asyncio.sleep(0.002)
async def fetch(n):
    await asyncio.sleep(0.2)
    return n
async def handle(n):
    answer = await fetch(n)
    await log(answer)
async def main():
    await asyncio.gather(*(handle(n) for n in range(25)))
asyncio.run(main())
`

beforeAll(() => {
  for (const [name, program] of Object.entries({ before, after })) {
    here.write('app.py', program)
    const args = ['-m', 'loopscope', 'run', '-o', `${name}.looptrace`, 'app.py']
    const env = { ...process.env, PYTHONPATH: resolve('runtime/python') }
    const { status, stderr } = spawnSync(interpreter.path, args, { cwd: here.folder, env, encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  }
})

describe('diff of a program before and after a change', () => {
  it('says what the change did, and nothing else', () => {
    const changes = here.json<Change[]>('diff', '--json', 'before.looptrace', 'after.looptrace')
    const said = (verdict: string): string[] =>
      changes
        .filter((change) => change.verdict === verdict)
        .map(({ function: name, label, metric }) => `${name} ${label || metric}`)
    expect(said('slower')).toContain('fetch sleep')
    expect(said('new')).toEqual(['log sleep'])
    expect(said('gone')).toEqual(['handle Lock.acquire'])
    const slower = changes.find(({ function: name }) => name === 'fetch')!
    expect(slower).toMatchObject({ file: 'app.py', line: 6, before: { count: 25 }, after: { count: 25 } })
    expect(slower.after!.p50Ns / slower.before!.p50Ns).toBeGreaterThan(5)
  })

  it('in words', () => {
    const { stdout } = here.run('diff', 'before.looptrace', 'after.looptrace')
    expect(stdout).toMatch(/^slower \(\d\)\n/)
    expect(stdout).toMatch(/await sleep in fetch, app\.py:6\n +p50 1\d\.\d ms → 2\d\d ms \(×\d+\)/)
    expect(here.run('diff', 'after.looptrace', 'after.looptrace').stdout).toBe('Nothing changed beyond noise.\n')
  })

  it.each([
    [['before.looptrace'], /missing required argument/],
    [['before.looptrace', 'nowhere.looptrace'], /^Cannot read nowhere\.looptrace/],
    [['before.looptrace', 'after.looptrace', '--min-change', 'x'], /^--min-change needs a number: --min-change 20\.$/],
    [['--json', 'before.looptrace', join(here.folder, 'app.py')], /not a Loopscope trace/],
  ])('%j is bad use: status 2 and one sentence', (args, message) => {
    const { status, stdout, stderr } = here.run('diff', ...args)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr.trim()).toMatch(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
})
