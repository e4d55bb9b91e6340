import { element } from '../elements.ts'

export const LIST_ROW_PX = 22
/** Rows that exist beyond what is visible, so that scrolling shows no gaps. */
const OVERDRAW = 6

export interface VirtualList {
  readonly element: HTMLElement
  /** Shows so many rows, from the same place in the list; each is made anew. */
  update(count: number): void
  /** The row that the keys are at, -1 = none. */
  readonly active: number
  activate(row: number): void
}

export interface VirtualListOptions {
  readonly role: 'tree' | 'grid' | 'listbox'
  readonly label: string
  /** A row of column heads that stays at the top. */
  readonly head?: HTMLElement
  /** Fills a row; its place, size and id are the list's. */
  fill(row: HTMLElement, index: number): void
  /** Enter, or a click. */
  onChoose(index: number, event: Event): void
}

const rowRoles = { tree: 'treeitem', grid: 'row', listbox: 'option' } as const
let lists = 0

/** A list of which only the visible rows exist, however long it is; arrows, pages, ends and Enter work as in any tree or grid. */
export function virtualList({ role, label, head, fill, onChoose }: VirtualListOptions): VirtualList {
  const id = `list-${++lists}`
  const space = element('div', { class: 'virtual-space', role: role === 'grid' ? 'rowgroup' : 'none' })
  const box = element(
    'div',
    { class: 'virtual-list', role, tabindex: '0', 'aria-label': label, 'data-own-keys': '' },
    space,
  )
  if (head) box.prepend(head)
  const headPx = head ? LIST_ROW_PX : 0
  let count = 0
  let active = -1

  function draw(): void {
    const first = Math.max(0, Math.floor(box.scrollTop / LIST_ROW_PX) - OVERDRAW)
    const last = Math.min(count, Math.ceil((box.scrollTop + box.clientHeight) / LIST_ROW_PX) + OVERDRAW)
    const rows: HTMLElement[] = []
    for (let index = first; index < last; index++) {
      const row = element('div', { class: 'virtual-row', role: rowRoles[role], id: `${id}-${index}` })
      row.style.transform = `translateY(${index * LIST_ROW_PX}px)`
      if (role === 'grid') row.setAttribute('aria-rowindex', String(index + 2))
      if (role === 'listbox' || role === 'tree') row.setAttribute('aria-selected', String(index === active))
      row.classList.toggle('active', index === active)
      fill(row, index)
      row.addEventListener('click', (event) => {
        if ((event.target as Element).closest('button')) return
        activate(index)
        onChoose(index, event)
      })
      rows.push(row)
    }
    space.replaceChildren(...rows)
    if (active >= first && active < last) box.setAttribute('aria-activedescendant', `${id}-${active}`)
    else box.removeAttribute('aria-activedescendant')
  }

  function activate(row: number): void {
    if (count === 0) return
    active = Math.min(Math.max(row, 0), count - 1)
    const top = active * LIST_ROW_PX
    if (top < box.scrollTop) box.scrollTop = top
    else if (top + LIST_ROW_PX + headPx > box.scrollTop + box.clientHeight)
      box.scrollTop = top + LIST_ROW_PX + headPx - box.clientHeight
    draw()
  }

  box.addEventListener('scroll', draw)
  new ResizeObserver(draw).observe(box)
  box.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== box) return
    const page = Math.max(1, Math.floor(box.clientHeight / LIST_ROW_PX) - 1)
    const steps: Partial<Record<string, number>> = {
      ArrowUp: -1,
      ArrowDown: 1,
      PageUp: -page,
      PageDown: page,
      Home: -Infinity,
      End: Infinity,
    }
    const by = steps[event.key]
    if (by !== undefined) {
      event.preventDefault()
      activate(active < 0 && by === -1 ? 0 : Math.min(Math.max(active + by, 0), count - 1))
    } else if (event.key === 'Enter' && active >= 0) {
      event.preventDefault()
      onChoose(active, event)
    }
  })

  return {
    element: box,
    get active() {
      return active
    },
    activate,
    update(rows) {
      count = rows
      if (active >= count) active = count - 1
      space.style.height = `${rows * LIST_ROW_PX}px`
      if (role === 'grid') box.setAttribute('aria-rowcount', String(rows + 1))
      draw()
    },
  }
}
