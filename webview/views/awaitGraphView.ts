import {
  AwaitFlag,
  awaitGraphAt,
  readyQueueAt,
  type AwaitGraph,
  type MomentIndex,
} from '../../trace/model/awaitGraph.ts'
import { stackLines } from '../../trace/model/describe.ts'
import { formatMoment } from '../../trace/model/time.ts'
import { button, element } from '../elements.ts'
import type { LaneData } from '../lanes/laneData.ts'
import type { PanelState } from '../state/panelState.ts'
import { graphSummary, graphText, lineText, momentRow, readyText, stackBelow } from '../stories/momentFacts.ts'
import { counted } from '../time/shares.ts'
import type { Actions } from './actions.ts'
import { virtualList } from './virtualList.ts'

const INDENT_PX = 16
const MAX_INDENTS = 24
const MAX_READY = 12
const glyphs = { running: '▶', ready: '▨', waiting: '●' } as const

export interface AwaitGraphView {
  readonly element: HTMLElement
  draw(state: PanelState): void
  text(): string
}

/** Who waits for whom at the cursor (without one, at the trace's end), and what is ready to run. */
export function awaitGraphView(
  data: LaneData,
  index: () => MomentIndex,
  actions: Actions,
  onStacks: () => void,
): AwaitGraphView {
  const { model } = data
  let graph: AwaitGraph | undefined
  let stacks = false
  /** Rows as they are listed: the graph's row, and the frame of its stack (0 = the task itself). */
  let rowOf = new Uint32Array(0)
  let frameOf = new Uint16Array(0)
  const title = element('h2', {})
  const summary = element('span', { class: 'soft' })
  const toggle = button('Stacks', 'toggle', onStacks)
  const ready = element('p', { class: 'ready-queue' })
  const nobody = element(
    'p',
    { class: 'soft' },
    'No task was there. Click on the lanes, or press “,” to go to the event before.',
  )
  const list = virtualList({
    role: 'tree',
    label: 'Await graph',
    fill: fillRow,
    onChoose: (row) => graph && actions.selectTask(graph.task[rowOf[row]]),
  })

  function fillRow(row: HTMLElement, at: number): void {
    if (!graph) return
    const of = rowOf[at]
    const depth = graph.depth[of] + (frameOf[at] > 0 ? 1 : 0)
    row.style.paddingLeft = `${8 + Math.min(depth, MAX_INDENTS) * INDENT_PX}px`
    row.setAttribute('aria-level', String(depth + 1))
    const moment = momentRow(model, index(), graph, of)
    if (frameOf[at] > 0) {
      const frame = stackBelow(model, moment.awaitId)[frameOf[at] - 1]
      row.classList.add('frame-row')
      row.append(
        element('span', { class: 'mono' }, frame.function || '?'),
        ...sourceLink(frame.file, lineText(frame), frame.line),
      )
      return
    }
    const isCycle = (graph.flags[of] & AwaitFlag.CYCLE) !== 0
    row.append(
      element('span', { class: `glyph state-${moment.state}`, 'aria-hidden': 'true' }, glyphs[moment.state]),
      element('span', { class: 'list-name' }, moment.name),
      element('span', { class: `list-text text-${moment.state}` }, moment.text),
      ...moment.marks.map((mark) =>
        element(
          'span',
          { class: mark === 'cycle' && isCycle ? 'mark mark-cycle' : 'mark' },
          mark === 'cycle' ? '↻ cycle' : mark,
        ),
      ),
      ...(moment.line ? sourceLink(moment.line.file, lineText(moment.line), moment.line.line) : []),
    )
  }

  function sourceLink(file: string, text: string, line: number): HTMLElement[] {
    if (text === '') return []
    const link = button(text, 'link mono list-source', (event) =>
      actions.openSource({ file, line, function: '' }, event.ctrlKey || event.metaKey || event.altKey),
    )
    link.tabIndex = -1
    link.title = `${file}, line ${line}`
    return [link]
  }

  function layOut(): void {
    if (!graph) return
    const frames = (row: number): number => {
      if (!stacks || graph!.flags[row] & AwaitFlag.REPEATED) return 0
      const { awaitId } = momentRow(model, index(), graph!, row)
      return awaitId === 0 ? 0 : Math.min(0xffff, stackLines(model, model.tables.awaits.stack[awaitId]).length)
    }
    const lengths = Uint32Array.from({ length: graph.count }, (_, row) => 1 + frames(row))
    const total = lengths.reduce((sum, length) => sum + length, 0)
    rowOf = new Uint32Array(total)
    frameOf = new Uint16Array(total)
    let at = 0
    lengths.forEach((length, row) => {
      for (let frame = 0; frame < length; frame++) {
        rowOf[at] = row
        frameOf[at++] = frame
      }
    })
    list.update(total)
  }

  function drawReady(atNs: number): void {
    const entries = readyQueueAt(model, atNs)
    const shown = entries
      .slice(0, MAX_READY)
      .flatMap((entry, i): (Node | string)[] => [
        i > 0 ? ', ' : '',
        entry.task > 0
          ? button(readyText(model, entry, atNs), 'link', () => actions.selectTask(entry.task))
          : readyText(model, entry, atNs),
      ])
    const more = entries.length > MAX_READY ? ` and ${counted(entries.length - MAX_READY, 'more', 'more')}` : ''
    ready.replaceChildren(element('b', {}, `Ready queue: ${entries.length === 0 ? 'empty' : ''}`), ...shown, more)
  }

  return {
    element: element(
      'div',
      { class: 'await-graph' },
      element('div', { class: 'list-head' }, title, summary, toggle),
      ready,
      nobody,
      list.element,
    ),
    draw(state) {
      const atNs = Number.isNaN(state.cursorNs) ? model.endNs : state.cursorNs
      if (graph?.atNs === atNs && stacks === state.stacks) return list.update(rowOf.length)
      ;({ stacks } = state)
      if (graph?.atNs !== atNs) graph = awaitGraphAt(model, index(), atNs)
      title.textContent = `Await graph at ${formatMoment(atNs, model.endNs)}${Number.isNaN(state.cursorNs) ? ', the end' : ''}`
      summary.textContent = graphSummary(graph)
      toggle.setAttribute('aria-pressed', String(stacks))
      drawReady(atNs)
      nobody.hidden = graph.count > 0
      layOut()
    },
    text: () =>
      graph ? `${title.textContent}: ${graphSummary(graph)}\n${graphText(model, index(), graph, stacks)}` : '',
  }
}
