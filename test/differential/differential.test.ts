import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newEventLoop } from '../../runtime/typescript/index.ts'
import { run, takeScenarios } from './harness.ts'

const folder = import.meta.dirname

/** CPython's log of each scenario, by title. */
function recorded(name: string): Map<string, string[]> {
  const logs = new Map<string, string[]>()
  for (const part of readFileSync(join(folder, 'logs', `${name}.txt`), 'utf8')
    .split(/^== /m)
    .slice(1)) {
    const [title, ...lines] = part.trimEnd().split('\n')
    logs.set(title, lines)
  }
  return logs
}

/**
 * The folders of scenarios. Sockets and processes know no virtual time, and what they need has no twin in the little Python that scenarios use: both
 * halves of `network` and `loops` are written by hand.
 */
const folders = ['scenarios', 'loops', 'network']
const files = folders.flatMap((each) =>
  readdirSync(join(folder, each))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ inFolder: each, name: name.slice(0, -'.ts'.length) })),
)

for (const { inFolder, name } of files) {
  await import(`./${inFolder}/${name}.ts`)
  const scenarios = takeScenarios()
  const logs = recorded(name)
  describe(`${name}: the log is CPython 3.13’s`, () => {
    it('has a log for every scenario', () => {
      expect([...logs.keys()]).toEqual(scenarios.map(({ title }) => title))
    })
    it.each(scenarios)('$title', async (scenario) => {
      expect(await run(scenario, inFolder === 'network' ? newEventLoop : undefined)).toEqual(logs.get(scenario.title))
    })
  })
}
