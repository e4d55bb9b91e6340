import { mkdirSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findInterpreters } from '../../scripts/interpreters.mjs'
import type { TaskReport } from '../../trace/exports/tasks.ts'
import type { Finding } from '../../trace/findings/types.ts'
import { chromiumArgs, findChromium } from '../real/chromium.ts'
import { expectAccessible } from '../webview/realPanel.ts'
import { terminal } from './run.ts'

interface Info {
  readonly file: string
  readonly pid: number
  readonly ppid: number
  readonly parentFile: string | null
  readonly startedNs: number
  readonly argv: readonly string[]
}

const here = terminal()
const interpreter = findInterpreters().at(-1)!
let traces: string[] = []

/** A program with subprocesses and a `multiprocessing` pool, each of its processes recorded. */
beforeAll(() => {
  mkdirSync(join(here.folder, 'traces'))
  const program = resolve('test/programs/processes.py')
  const { status, stdout, stderr } = here.run('record', '-o', 'traces/', '--', interpreter.path, program)
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '[40, 42]\n2\n', stderr: '' })
  traces = readdirSync(join(here.folder, 'traces')).map((name) => join('traces', name))
})

describe('many processes', () => {
  it('stand in the order in which they began, below who started them', () => {
    const infos = here.json<Info[]>('info', '--json', ...traces)
    const [first, ...rest] = infos
    expect(infos.length).toBe(traces.length)
    expect(first).toMatchObject({ startedNs: 0, parentFile: null })
    for (const info of rest) {
      expect(info).toMatchObject({ ppid: first.pid, parentFile: first.file })
      expect(info.startedNs).toBeGreaterThan(0)
    }
    expect(infos.map(({ startedNs }) => startedNs)).toEqual(
      infos.map(({ startedNs }) => startedNs).sort((a, b) => a - b),
    )
    expect(here.run('info', ...traces).stdout).toContain(`started by pid ${first.pid}, ${first.file}`)
  })

  it('have tasks on one clock, whose ids no two share', () => {
    const tasks = here.json<TaskReport[]>('tasks', '--json', ...traces)
    expect(new Set(tasks.map(({ id }) => id)).size).toBe(tasks.length)
    const byId = new Map(tasks.map((task) => [task.id, task]))
    for (const task of tasks) if (task.parent !== null) expect(byId.get(task.parent)?.process).toBe(task.process)
    // The parent wrote its question before a worker's task answered it, and read the answer after.
    const ask = tasks.filter(({ coroutine }) => coroutine === 'ask')
    const workers = tasks.filter(({ coroutine }) => coroutine === 'worker')
    expect([ask.length, workers.length]).toEqual([2, 2])
    for (const worker of workers) {
      expect(ask.some(({ process }) => process === worker.process)).toBe(false)
      expect(worker.createdNs).toBeGreaterThan(Math.min(...ask.map(({ createdNs }) => createdNs)))
      expect(worker.endedNs).toBeLessThan(Math.max(...ask.map(({ endedNs }) => endedNs!)))
    }
  })

  it('have their findings ranked together', () => {
    const findings = here.json<Finding[]>('findings', '--json', ...traces)
    const stuck = here.json<Info[]>('info', '--json', ...traces).find(({ argv }) => argv.at(-1) === 'stuck')!
    expect(findings[0]).toMatchObject({ kind: 'deadlock', process: stuck.pid, id: 'deadlock-1' })
    expect(findings[0].startNs).toBeGreaterThan(stuck.startedNs)
    expect(here.run('findings', ...traces).stdout).toContain(`in process ${stuck.pid}, processes.py stuck`)
    expect(here.run('findings', '--fail-on', 'error', ...traces).status).toBe(1)
  })

  it.each(['info', 'tasks', 'findings'])('%s --json of which one is no trace prints nothing', (command) => {
    const bad = here.write('bad.looptrace', 'no trace at all')
    const { status, stdout, stderr } = here.run(command, '--json', ...traces, bad)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
})

const executablePath = await findChromium()

describe.skipIf(!executablePath)(executablePath ? 'a page of many processes' : 'a page: no Chromium was found', () => {
  let browser: Browser
  let page: Page
  const problems: string[] = []

  beforeAll(async () => {
    const { status, stderr } = here.run('export', '--format', 'html', '-o', 'page.html', ...traces)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    browser = await chromium.launch({ executablePath: executablePath!, args: chromiumArgs })
    const context = await browser.newContext({ viewport: { width: 1280, height: 2000 }, offline: true })
    page = await context.newPage()
    page.on('pageerror', (error) => problems.push(String(error)))
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
    await page.goto(pathToFileURL(join(here.folder, 'page.html')).href)
    await page.waitForSelector('[role=treeitem]')
  })
  afterAll(async () => {
    await browser?.close()
    expect(problems).toEqual([])
  })

  it('has a lane for each, with its loops and tasks below it', async () => {
    const pids = here.json<Info[]>('info', '--json', ...traces).map(({ pid }) => pid)
    const names = await page.locator('.process-row .name').allTextContents()
    expect(names.map((name) => Number(/\((\d+)\)$/.exec(name)![1])).sort()).toEqual(pids.sort())
    expect(await page.locator('.task-row').count()).toBe(here.json<TaskReport[]>('tasks', '--json', ...traces).length)
  })

  it('is filtered by process, and says in which one a finding is', async () => {
    const [deadlock] = here.json<Finding[]>('findings', '--json', ...traces)
    await page.locator('.toolbar input').fill(`process:${deadlock.process}`)
    await page.waitForFunction(() => document.querySelectorAll('.process-row').length === 1)
    await page.keyboard.press('Escape')
    await page.locator('.chip-findings').click()
    const listed = page.locator('.finding:visible', { hasText: 'Deadlock' }).first()
    await listed.waitFor()
    expect(await listed.textContent()).toContain(`processes.py (${deadlock.process})`)
  })

  it('axe finds nothing, with a process selected and the table of tasks shown', async () => {
    await page.locator('.process-row').first().click()
    await page.keyboard.press('Digit4')
    await page.waitForSelector('.task-cells.with-process [role=gridcell], [role=row].with-process')
    await expectAccessible(page)
    const picture = process.env['LOOPSCOPE_SCREENSHOT']
    if (picture) await page.screenshot({ path: picture })
  })
})

describe('a client whose server hangs', () => {
  it('hangs because of it, and the server’s blocked loop names who waited at the other end', () => {
    mkdirSync(join(here.folder, 'asking'))
    here.run('record', '-o', 'asking/', '--', interpreter.path, resolve('test/programs/asking.py'))
    const both = readdirSync(join(here.folder, 'asking')).map((name) => join('asking', name))
    expect(both).toHaveLength(2)
    const infos = here.json<Info[]>('info', '--json', ...both)
    const [client, server] = infos.map(({ pid }) => pid)
    const findings = here.json<Finding[]>('findings', '--json', '--threshold', 'hung-after=300', ...both)
    const [deadlock, ...rest] = findings
    expect(deadlock).toMatchObject({ kind: 'deadlock', process: server, id: 'deadlock-1' })
    const hung = rest.filter(({ kind, process }) => kind === 'hung-task' && process === client)
    // The task that reads the answer, and the one that waits for the process to end.
    expect(hung.map(({ because }) => because)).toEqual([['deadlock-1'], ['deadlock-1']])
    for (const { message } of hung) expect(message).toContain(`process ${server}, which should end that, itself hangs`)
    const blocked = rest.find(({ kind }) => kind === 'sync-in-async')
    expect(blocked).toMatchObject({ process: server, severity: 'warning' })
    expect(blocked!.related.at(-1)!.message).toContain(`of process ${client} waited`)
    // One process alone does not know of the other.
    for (const trace of both)
      for (const { message } of here.json<Finding[]>('findings', '--json', trace))
        expect(message).not.toMatch(/process \d+, which/)
  })
})
