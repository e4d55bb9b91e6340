import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { findingKinds, thresholdInfos } from '../../trace/findings/registry.ts'

const page = readFileSync('docs/findings.md', 'utf8')
const plain = (text: string): string => text.replaceAll(/\s+/g, ' ')

describe('docs/findings.md says what the registry says', () => {
  it.each(Object.entries(findingKinds))('%s', (kind, { title, meaning, advice, evidence }) => {
    const section = page.split(/^## /m).find((each) => each.startsWith(`${title}: \`${kind}\``))
    expect(section).toBeDefined()
    expect(plain(section!)).toContain(meaning)
    expect(plain(section!)).toContain(`**How to fix it.** ${advice}`)
    expect(plain(section!)).toContain(`**What it needs recorded.** What it says rests on ${evidence}.`)
    expect(section).toMatch(/\*\*What a trace may not tell\.\*\* \S/)
    expect(section).toMatch(/\*\*What proves it\.\*\* \S/)
    expect(section).toMatch(/\*\*When it is not a problem\.\*\* \S/)
  })

  it.each(Object.entries(thresholdInfos))('threshold %s', (name, { value, unit, meaning }) => {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\``))
    expect(row && plain(row)).toContain(`| ${value} ${unit} | ${meaning} |`)
  })
})
