import { describe, expect, it } from 'vitest'
import { taskTree } from '../../trace/model/tree.ts'
import { taskName } from '../../trace/model/describe.ts'
import { laneData } from '../../webview/lanes/laneData.ts'
import { awaitSites, timeShares } from '../../webview/stories/awaits.ts'
import { spoken } from '../../webview/stories/facts.ts'
import { segmentFacts } from '../../webview/stories/segmentFacts.ts'
import { taskFacts, taskSummary } from '../../webview/stories/taskFacts.ts'
import { drawn, MS } from './models.ts'

const model = drawn(`
  main    : =#................
  holder  :  =#.....=#✓        | by main
  fetch-1 :  ==#.....==#x      | by main, awaits lock, woken by holder, cancelled by main at 6
`)
const idOf = (name: string): number => [...taskTree(model.tasks).order].find((task) => taskName(model, task) === name)!
const fetch = idOf('fetch-1')

describe('what is said of a task', () => {
  it('is its name, coroutine, end and share of waiting', () => {
    expect(taskSummary(model, fetch)).toBe('fetch-1, coroutine fetch-1, cancelled after 11.0 ms, waited 45 %')
  })

  it('tells who created it, who cancelled it, and how it ended', () => {
    const text = spoken(taskFacts(laneData(model), fetch, NaN))
    expect(text).toContain('created by main at 0.001')
    expect(text).toContain('cancelled requested by main at 0.006')
    expect(text).toContain('ended cancelled at 0.012')
  })

  it('tells where it stands at the cursor', () => {
    const text = spoken(taskFacts(laneData(model), fetch, 5 * MS))
    expect(text).toContain('waiting for lock since 1.00 ms')
    expect(spoken(taskFacts(laneData(model), fetch, 0))).toContain('not created yet')
  })
})

describe('what is said of a segment', () => {
  it('is what it waited for and who woke it', () => {
    const waiting = model.segments.first[fetch] + 2
    const text = spoken(segmentFacts(model, fetch, waiting))
    expect(text).toContain('waiting 5.00 ms from 0.004')
    expect(text).toContain('for lock')
    expect(text).toContain('woken by holder')
  })

  it('of a step is what resumed it', () => {
    const step = model.segments.first[fetch] + 4
    const text = spoken(segmentFacts(model, fetch, step))
    expect(text).toContain('running, cancelling')
    expect(text).toContain('after waiting for lock')
  })
})

describe('where the time went', () => {
  it('adds up to the age of the task', () => {
    const sum = timeShares(model, fetch).reduce((total, part) => total + part.ns, 0)
    expect(sum).toBe(model.tasks.endedNs[fetch] - model.tasks.createdNs[fetch])
    expect(timeShares(model, fetch).map((part) => part.what)).toEqual(['running', 'ready', 'locks'])
  })

  it('is summed by await site', () => {
    expect(awaitSites(model, fetch)).toEqual([
      expect.objectContaining({ count: 1, totalNs: 5 * MS, longestNs: 5 * MS }),
    ])
  })
})
