import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
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

for (const file of readdirSync(join(folder, 'scenarios')).filter((name) => name.endsWith('.ts'))) {
  const name = file.slice(0, -3)
  await import(`./scenarios/${name}.ts`)
  const scenarios = takeScenarios()
  const logs = recorded(name)
  describe(`${name}: the log is CPython 3.13’s`, () => {
    it('has a log for every scenario', () => {
      expect([...logs.keys()]).toEqual(scenarios.map(({ title }) => title))
    })
    it.each(scenarios)('$title', async ({ title, body }) => {
      expect(await run(body)).toEqual(logs.get(title))
    })
  })
}
