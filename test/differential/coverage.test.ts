// Every row of coverage.md points to what is there: a scenario, or a test by its file and title.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const here = import.meta.dirname
const repository = join(here, '../..')

interface Row {
  readonly test: string
  readonly how: string
  readonly where: string
}

const table = readFileSync(join(here, 'coverage.md'), 'utf8')
const rows: Row[] = [...table.matchAll(/^\| `(\w+\.\w+)` +\| (\S.*?) +\| (.*?) *\|$/gm)].map(
  ([, test, how, where]) => ({
    test,
    how,
    where,
  }),
)

/** The titles of all scenarios, as `file: title`. */
const scenarios = new Set(
  readdirSync(join(here, 'logs')).flatMap((file) =>
    [...readFileSync(join(here, 'logs', file), 'utf8').matchAll(/^== (.*)$/gm)].map(
      ([, title]) => `${file.slice(0, -'.txt'.length)}: ${title}`,
    ),
  ),
)

/** The titles in the source of a test, without their escapes. */
const titlesOf = (file: string): string => readFileSync(join(repository, file), 'utf8').replaceAll('\\', '')

describe('the table of CPython’s tests', () => {
  it('has a row for each', () => {
    const total = Number(/^\| all +\| (\d+) /m.exec(table)![1])
    expect(total).toBeGreaterThan(900)
    expect(rows).toHaveLength(total)
  })

  it('names scenarios that exist', () => {
    const named = rows.filter(({ how }) => how === 'scenario').flatMap(({ where }) => where.split('; '))
    // A title may have a semicolon of its own.
    const missing = named.filter((each) => ![...scenarios].some((title) => title === each || title.includes(each)))
    expect(missing).toEqual([])
  })

  it('names tests that exist', () => {
    const named = new Set(rows.filter(({ how }) => how === 'elsewhere').map(({ where }) => where))
    const missing = [...named].filter((pointer) => {
      const [, file, title] = /^(\S+?): (.*)$/.exec(pointer)!
      return !existsSync(join(repository, file)) || !titlesOf(file).includes(title)
    })
    expect(missing).toEqual([])
  })

  it('says why a test has neither, of every one', () => {
    expect(rows.filter(({ how }) => !['scenario', 'elsewhere', 'left out'].includes(how))).toEqual([])
    expect(rows.filter(({ how, where }) => how === 'left out' && where.length < 20)).toEqual([])
  })
})
