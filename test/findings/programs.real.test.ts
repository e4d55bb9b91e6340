import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { record } from '../../scripts/corpus/record.mjs'
import { findInterpreters } from '../../scripts/interpreters.mjs'
import { findAll } from '../../trace/findings/index.ts'
import { findingKindNames } from '../../trace/findings/registry.ts'
import type { Finding } from '../../trace/findings/types.ts'
import { readTrace } from '../../trace/format/reader.ts'
import { buildModel } from '../../trace/model/build.ts'

const root = resolve('test/programs/findings')
const traces = mkdtempSync(join(tmpdir(), 'loopscope-findings-'))
const interpreter = findInterpreters().at(-1)!
afterAll(() => rmSync(traces, { recursive: true }))

/** Records a program; one that says `# hangs` or `# killed` in its first line is killed after a while. */
async function findingsOf(script: string): Promise<readonly Finding[]> {
  const killed = /^# (?:hangs|killed)\n/.test(readFileSync(script, 'utf8'))
  const trace = join(traces, `${script.replaceAll(/\W+/g, '-')}.looptrace`)
  const result = await record({ interpreter: interpreter.path, script, trace, hangs: killed, killAfterMs: 2500 })
  expect(result.killed, result.output).toBe(killed)
  return findAll(buildModel(readTrace(new Uint8Array(readFileSync(trace))))).findings
}

/** The lines marked `# here`. */
const marked = (script: string): number[] =>
  readFileSync(script, 'utf8')
    .split('\n')
    .flatMap((line, i) => (line.endsWith('# here') ? [i + 1] : []))

describe.each(findingKindNames)('%s', (kind) => {
  const programs = readdirSync(join(root, kind)).filter((name) => name.endsWith('.py'))
  const path = (name: string): string => join(root, kind, name)

  it('has two programs that have it and two that only look so', () => {
    expect(programs.filter((name) => name.startsWith('has_')).length).toBeGreaterThanOrEqual(2)
    expect(programs.filter((name) => name.startsWith('lookalike_')).length).toBeGreaterThanOrEqual(2)
  })

  it.each(programs.filter((name) => name.startsWith('has_')))('%s', async (name) => {
    const findings = await findingsOf(path(name))
    expect(findings[0]?.kind, findings.map(({ message }) => message).join('\n')).toBe(kind)
    expect(marked(path(name))).toContain(findings[0].line)
  })

  it.each(programs.filter((name) => name.startsWith('lookalike_')))('%s', async (name) => {
    const alarms = (await findingsOf(path(name))).filter(({ severity }) => severity !== 'info')
    expect(alarms.map(({ kind: each, message }) => `${each}: ${message}`)).toEqual([])
  })
})
