import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { repository } from '../real/folders.ts'
import { messagesInSource } from './strings.ts'

const read = (name: string): Record<string, string> =>
  JSON.parse(readFileSync(join(repository, name), 'utf8')) as Record<string, string>
const placeholders = (text: string): string[] => [...text.matchAll(/\{\d\}/g)].map(([found]) => found).sort()
/** What a link or a setting's name must be in every language. */
const fixed = (text: string): string[] =>
  [...text.matchAll(/command:[\w.]+|`[^`]+`|#[\w.]+#/g)].map(([found]) => found).sort()

describe('strings', () => {
  it('of the manifest stand in package.nls.json, all of them and no others', () => {
    const manifest = readFileSync(join(repository, 'package.json'), 'utf8')
    const used = [...manifest.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key)
    expect(Object.keys(read('package.nls.json')).sort()).toEqual([...new Set(used)].sort())
  })

  it('of the manifest have their Russian, with the same links and names', () => {
    const english = read('package.nls.json')
    const russian = read('package.nls.ru.json')
    expect(Object.keys(russian).sort()).toEqual(Object.keys(english).sort())
    for (const [key, text] of Object.entries(english)) expect(fixed(russian[key]), key).toEqual(fixed(text))
  })

  it('of the source have their Russian, with the same places for what is put in', () => {
    const russian = read('l10n/bundle.l10n.ru.json')
    expect(Object.keys(russian).sort()).toEqual([...messagesInSource()].sort())
    for (const [english, text] of Object.entries(russian))
      expect(placeholders(text), english).toEqual(placeholders(english))
  })
})
