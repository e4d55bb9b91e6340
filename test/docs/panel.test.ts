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
  it('are commands of VS Code, for as long as a trace is in front', () => {
    const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      contributes: { commands: { command: string; title: string; enablement?: string }[] }
    }
    const ours = contributes.commands.filter(({ command }) => command.startsWith('loopscope.panel.'))
    expect(ours.map(({ command, title }) => [command, title])).toEqual(
      panelCommands.map(({ id, title }) => [`loopscope.panel.${id}`, title]),
    )
    for (const { enablement } of ours) expect(enablement).toBe('activeCustomEditorId == loopscope.trace')
  })

  it('have one meaning for each press', () => {
    const presses = panelCommands.flatMap((command): readonly string[] => command.presses)
    expect(new Set(presses).size).toBe(presses.length)
  })
})
