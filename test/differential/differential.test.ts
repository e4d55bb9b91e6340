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

/** Sockets and processes know no virtual time, and what they need has no twin in the little Python that scenarios use. */
const byHand = ['network']
const twins = readdirSync(join(folder, 'scenarios')).filter((name) => name.endsWith('.ts'))

for (const name of [...twins.map((file) => file.slice(0, -3)), ...byHand]) {
  const isReal = byHand.includes(name)
  await import(isReal ? `./${name}/${name}.ts` : `./scenarios/${name}.ts`)
  const scenarios = takeScenarios()
  const logs = recorded(name)
  describe(`${name}: the log is CPython 3.13’s`, () => {
    it('has a log for every scenario', () => {
      expect([...logs.keys()]).toEqual(scenarios.map(({ title }) => title))
    })
    it.each(scenarios)('$title', async ({ title, body }) => {
      expect(await run(body, isReal ? newEventLoop() : undefined)).toEqual(logs.get(title))
    })
  })
}
