import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Requests } from '../../../extension/index/messages.ts'
import { Thread } from '../../../extension/threads/thread.ts'
import { trace } from '../../ascii/trace.ts'
import { repository } from '../../real/folders.ts'

const folder = mkdtempSync(join(tmpdir(), 'loopscope-index-'))
const script = join(folder, 'indexWorker.cjs')
const path = join(folder, 'drawn.looptrace')
const text = join(folder, 'text.looptrace')
let indexer: Thread<Requests>

beforeAll(() => {
  const entry = join(repository, 'extension/index/indexWorker.ts')
  buildSync({ entryPoints: [entry], outfile: script, bundle: true, platform: 'node', format: 'cjs' })
  writeFileSync(path, trace('main : #...=#✓ | awaits sleep @11\nother :  #.... | awaits lock A @21', { killed: true }))
  writeFileSync(text, 'this is a text\n')
  indexer = new Thread(script, 'The trace could not be read')
})
afterAll(() => {
  indexer.dispose()
  rmSync(folder, { recursive: true })
})

describe('the worker that reads traces', () => {
  it('makes an index of a file, or of bytes, the same', async () => {
    const index = await indexer.ask('index', { source: { path } })
    expect(index).toMatchObject({ tasks: 2, pending: 1, end: 'open' })
    expect(index.summary.coroutines.map((each) => each.function)).toEqual(['main', 'other'])
    const bytes = trace('main : #...=#✓ | awaits sleep @11\nother :  #.... | awaits lock A @21', { killed: true })
    const source = { name: 'vscode-vfs://x/drawn.looptrace', stamp: '1', bytes }
    expect(await indexer.ask('index', { source })).toEqual(index)
  })

  it('reads a file again that has changed', async () => {
    writeFileSync(path, trace('alone : #.=#✓ | awaits sleep @11'))
    expect(await indexer.ask('index', { source: { path } })).toMatchObject({ tasks: 1, pending: 0 })
  })

  it('tells which program a trace is of, and of none where it is no trace or not there', async () => {
    const [drawn, none, gone] = await indexer.ask('headers', { paths: [path, text, join(folder, 'gone')] })
    expect(drawn?.program).toBeTypeOf('string')
    expect([none, gone]).toEqual([undefined, undefined])
  })

  it('tells what is wrong in processes that ran together, in the order in which they are named', async () => {
    const stuck = trace('one : =#..  | awaits task two\ntwo :  =#.  | by one, awaits task one', { killed: true })
    const named = (name: string, bytes: Uint8Array) => ({ name, stamp: '1', bytes })
    const calm = named('calm', trace('alone : #.=#✓ | awaits sleep @11'))
    const sources = [named('first', stuck), calm, named('second', stuck)]
    const findings = await indexer.ask('findings', { sources })
    expect(findings.map((each) => each.map(({ id }) => id))).toEqual([['deadlock-1'], [], ['deadlock-2']])
  })

  it('answers questions', async () => {
    const answer = await indexer.ask('question', { sources: [{ path }], question: { about: 'tasks' } })
    expect(JSON.parse(answer)).toMatchObject({ tasks: [{ name: 'alone' }] })
  })

  it('says in one sentence what is wrong with a file, and goes on', async () => {
    await expect(indexer.ask('index', { source: { path: text } })).rejects.toThrow(/^This is not a Loopscope trace/)
    await expect(indexer.ask('index', { source: { path } })).resolves.toMatchObject({ tasks: 1 })
  })

  it('that cannot be started says so', async () => {
    const broken = new Thread<Requests>(join(folder, 'gone.cjs'), 'The trace could not be read')
    await expect(broken.ask('headers', { paths: [] })).rejects.toThrow(/could not be read/)
    broken.dispose()
  })
})
