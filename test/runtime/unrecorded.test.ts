import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Event } from '../../trace/format/schema.ts'

const sources = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => readFileSync(join(folder, entry.name), 'utf8'))

/** Written where somebody asks through the control channel (control.test.ts), and never otherwise: that none is there proves nothing. */
const ONLY_WHEN_ASKED = ['SAMPLE']

/** Who reads a trace is told what is never in it, so that nothing found there is no proof. */
it('the header names events that exist and that the recorder does not write', () => {
  const record = readFileSync('runtime/typescript/record.ts', 'utf8')
  const named = [...(/UNRECORDED = \[([^\]]*)\]/.exec(record)?.[1] ?? '').matchAll(/'(\w+)'/g)].map(([, name]) => name)
  expect(named.length).toBeGreaterThan(0)
  const code = [...sources('runtime/typescript'), ...sources('runtime/typescript/trace')].join('\n')
  const written = Object.keys(Event).filter((name) => new RegExp(`\\bEvent\\.${name}\\b`).test(code))
  expect(written).toEqual(expect.arrayContaining(ONLY_WHEN_ASKED))
  expect(
    named.filter((name) => !(name in Event) || (written.includes(name) && !ONLY_WHEN_ASKED.includes(name))),
  ).toEqual([])
})
