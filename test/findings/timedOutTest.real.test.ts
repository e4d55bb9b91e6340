import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { findInterpreters } from '../../scripts/interpreters.mjs'
import { findAll } from '../../trace/findings/index.ts'
import { readTrace } from '../../trace/format/reader.ts'
import { buildModel } from '../../trace/model/build.ts'
import { pythonEnvironment } from '../real/pythonEnvironment.ts'

/** Two tasks wait for what nobody does; a timeout of the test's own ends that, as test runners' timeouts do. */
const TEST = `import asyncio


async def fetches() -> None:
    ready = asyncio.Event()

    async def fetch() -> None:
        await ready.wait()

    async with asyncio.timeout(1.5):
        await asyncio.gather(fetch(), fetch())


def test_fetch() -> None:
    asyncio.run(fetches())
`
const WAITS = TEST.split('\n').findIndex((line) => line.includes('ready.wait()')) + 1

const interpreter = findInterpreters().at(-1)!
const python = interpreter.minor >= 11 ? await pythonEnvironment('pytest', interpreter, ['pytest']) : undefined
const folder = mkdtempSync(join(tmpdir(), 'loopscope-timed-out-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe.skipIf(!python)(
  python ? 'a test that its timeout ended' : 'a test that its timeout ended: no CPython 3.11 or newer with pytest',
  () => {
    it('is judged as it stood before, both in its report and in the trace that is left', () => {
      writeFileSync(join(folder, 'test_fetch.py'), TEST)
      const plugin = ['-p', 'no:cacheprovider', '-p', 'loopscope.pytest_plugin', '--loopscope']
      const cli = `"${process.execPath}" "${resolve('dist/loopscope.mjs')}"`
      const { stdout } = spawnSync(python ?? '', ['-m', 'pytest', ...plugin, '--loopscope-cli', cli, 'test_fetch.py'], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, PYTHONPATH: resolve('runtime/python'), PYTHONDONTWRITEBYTECODE: '1' },
      })
      // While the report is made, the test has failed and its recording goes on.
      expect(stdout).toMatch(/Task hangs \(likely\)[^]*So it stood when a timeout ended it at/)
      expect(stdout).toContain(`at ${join(folder, 'test_fetch.py')}:${WAITS}`)

      const [kept] = readdirSync(join(folder, '.loopscope/pytest'))
      const model = buildModel(readTrace(new Uint8Array(readFileSync(join(folder, '.loopscope/pytest', kept)))))
      expect(model.end).toBe('stopped')
      const { findings } = findAll(model)
      expect(findings[0]).toMatchObject({ kind: 'hung-task', line: WAITS, confidence: 'likely' })
      expect(findings[0].tasks).toHaveLength(3)
    })
  },
)
