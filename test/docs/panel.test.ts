import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { filterKeys, stateNames } from '../../trace/model/filter/parse.ts'
import { panelCommands } from '../../trace/panel/commands.ts'

const page = readFileSync('docs/panel.md', 'utf8').replaceAll(/ +/g, ' ')

describe('docs/panel.md', () => {
  it.each(panelCommands.map(({ keys, title }) => [keys, title]))('lists %s: %s', (keys, title) => {
    expect(page).toContain(`| \`${keys}\` | ${title} |`)
  })

  it('names every key and state of the filter', () => {
    for (const key of filterKeys) expect(page).toContain(`${key}:`)
    for (const state of stateNames) expect(page).toContain(`\`${state}\``)
  })
})

describe('the commands of the panel', () => {
  it('have one meaning for each press', () => {
    const presses = panelCommands.flatMap((command): readonly string[] => command.presses)
    expect(new Set(presses).size).toBe(presses.length)
  })
})
