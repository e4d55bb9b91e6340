import { completions, type Completion } from '../../trace/model/filter/complete.ts'
import type { FilterError } from '../../trace/model/filter/parse.ts'
import type { TraceModel } from '../../trace/model/types.ts'
import { element } from '../elements.ts'

export interface FilterBox {
  readonly element: HTMLElement
  readonly input: HTMLInputElement
  /** Shows the filter, and what is wrong with it at its place. */
  draw(query: string, error: FilterError | undefined): void
}

/** The filter, with completion: a combobox whose list shows what can stand at the caret. */
export function filterBox(model: TraceModel, onQuery: (query: string) => void): FilterBox {
  const input = element('input', {
    type: 'text',
    class: 'search',
    placeholder: 'Filter tasks: name, wait:>100ms',
    'aria-label': 'Filter tasks',
    role: 'combobox',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': 'filter-choices',
    spellcheck: 'false',
    autocomplete: 'off',
  })
  const list = element('ul', { class: 'choices', role: 'listbox', id: 'filter-choices', 'aria-label': 'Completions' })
  const wrong = element('p', { class: 'filter-error', id: 'filter-error', role: 'status' })
  list.hidden = true
  wrong.hidden = true
  let offered: Completion[] = []
  let active = -1

  function offer(): void {
    offered = document.activeElement === input ? completions(model, input.value, input.selectionStart ?? 0) : []
    active = -1
    draw()
  }

  function draw(): void {
    list.replaceChildren(
      ...offered.map(({ text, meaning }, i) => {
        const option = element(
          'li',
          { role: 'option', id: `filter-choice-${i}`, 'aria-selected': String(i === active) },
          element('span', { class: 'mono' }, text),
          element('span', { class: 'soft' }, meaning),
        )
        // Before the input loses the focus.
        option.addEventListener('pointerdown', (event) => {
          event.preventDefault()
          accept(i)
        })
        return option
      }),
    )
    list.hidden = offered.length === 0
    if (!list.hidden) list.style.left = `${xOf(offered[0].from)}px`
    input.setAttribute('aria-expanded', String(!list.hidden))
    if (active >= 0) input.setAttribute('aria-activedescendant', `filter-choice-${active}`)
    else input.removeAttribute('aria-activedescendant')
  }

  function accept(index: number): void {
    const { from, to, text } = offered[index]
    const isWhole = !/[:>]$/.test(text)
    const after = input.value.slice(to)
    const space = isWhole && after === '' ? ' ' : ''
    input.value = input.value.slice(0, from) + text + space + after
    const caret = from + text.length + space.length
    input.setSelectionRange(caret, caret)
    onQuery(input.value)
    offer()
  }

  const pen = document.createElement('canvas').getContext('2d')!
  /** Where a character of the filter is, px from the box's left; at the most its right. */
  function xOf(character: number): number {
    const style = getComputedStyle(input)
    pen.font = `${style.fontSize} ${style.fontFamily}`
    const textPx = pen.measureText(input.value.slice(0, character)).width
    return Math.max(0, Math.min(parseFloat(style.paddingLeft) + textPx - input.scrollLeft, input.clientWidth - 40))
  }

  input.addEventListener('input', () => {
    onQuery(input.value)
    offer()
  })
  input.addEventListener('blur', offer)
  input.addEventListener('click', offer)
  input.addEventListener('keydown', (event) => {
    if (list.hidden) return
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      const by = event.key === 'ArrowDown' ? 1 : -1
      active = active < 0 && by < 0 ? offered.length - 1 : (active + by + offered.length) % offered.length
      draw()
    } else if (event.key === 'Enter' && active >= 0) {
      event.preventDefault()
      accept(active)
    } else if (event.key === 'Escape') {
      event.stopPropagation()
      offered = []
      draw()
    }
  })

  return {
    element: element('div', { class: 'filter' }, input, list, wrong),
    input,
    draw(query, error) {
      if (input.value !== query) input.value = query
      wrong.hidden = error === undefined
      input.setAttribute('aria-invalid', String(error !== undefined))
      if (!error) return input.removeAttribute('aria-describedby')
      input.setAttribute('aria-describedby', 'filter-error')
      wrong.textContent = error.message
      wrong.style.left = `${xOf(error.from)}px`
    },
  }
}
