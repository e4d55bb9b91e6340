import { button, element } from '../elements.ts'

export interface Sorting<Key extends string> {
  readonly key: Key
  readonly descending: boolean
}

export interface Column<Key extends string> {
  readonly key: Key
  readonly label: string
  readonly isNumber: boolean
}

/** A row of column heads that sort when pressed; numbers the greatest first. `tag` is `th` in a table, `div` in a grid. */
export function sortableHead<Key extends string>(
  columns: readonly Column<Key>[],
  sorting: Sorting<Key>,
  tag: 'th' | 'div',
  onSort: (sorting: Sorting<Key>) => void,
): HTMLElement[] {
  return columns.map(({ key, label, isNumber }) => {
    const isSorted = sorting.key === key
    const press = button(`${label}${isSorted ? (sorting.descending ? ' ↓' : ' ↑') : ''}`, 'head-button', () =>
      onSort({ key, descending: isSorted ? !sorting.descending : isNumber }),
    )
    const cell = element(
      tag,
      { class: isNumber ? 'number' : undefined, ...(tag === 'th' ? { scope: 'col' } : { role: 'columnheader' }) },
      press,
    )
    cell.setAttribute('aria-sort', isSorted ? (sorting.descending ? 'descending' : 'ascending') : 'none')
    return cell
  })
}
