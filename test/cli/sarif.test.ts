import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import Ajv from 'ajv-draft-04'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { asSarif } from '../../cli/formats/sarif.ts'
import { findingKindNames, severities } from '../../trace/findings/registry.ts'
import type { Finding } from '../../trace/findings/types.ts'

/** OASIS' own schema, as Microsoft's package carries it. */
const path = createRequire(import.meta.url).resolve('@microsoft/jest-sarif')
const schema = JSON.parse(readFileSync(path.replace(/lib.*/, 'lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8')) as Record<
  string,
  unknown
>
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false })
addFormats(ajv)
const validate = ajv.compile(schema)

const finding = (fields: Partial<Finding>): Finding => ({
  id: 'deadlock-1',
  kind: 'deadlock',
  severity: 'error',
  message: 'a waits for b',
  tasks: [1, 2],
  file: '/srv/my app/ü.py',
  line: 12,
  startNs: 0,
  endNs: 1,
  confidence: 'proven',
  because: [],
  related: [{ message: 'b acquired it here', file: 'lib\\locks.py', line: 3 }],
  process: 1,
  ...fields,
})

describe('SARIF', () => {
  it.each([
    ['of nothing', []],
    ['of every kind', findingKindNames.map((kind) => finding({ kind }))],
    ['of every severity', severities.map((severity) => finding({ severity }))],
    ['where no line is known', [finding({ file: null, line: null, related: [] })]],
    ['of a line 0', [finding({ line: 0 })]],
    ['of a file with an odd name', ['C:\\a b.py', '<string>', 'a%b#?.py', ''].map((file) => finding({ file }))],
  ])('%s is valid by the official schema', (_, findings) => {
    const log = JSON.parse(asSarif(findings)) as unknown
    validate(log)
    expect(validate.errors ?? []).toEqual([])
  })
})
