import { button, element } from '../elements.ts'
import type { Fact, Part } from '../stories/facts.ts'
import type { Actions } from './actions.ts'

/** Facts as elements: text as text, links as buttons, for they act and lead to no address. */
export function factList(facts: readonly Fact[], actions: Actions): HTMLElement {
  const list = element('dl', { class: 'facts' })
  for (const { label, parts } of facts) {
    list.append(element('dt', {}, label), element('dd', {}, ...parts.map((part) => partNode(part, actions))))
  }
  return list
}

export function partNode(part: Part, actions: Actions): Node {
  const { source, task } = part
  if (source) {
    const link = button(part.text, 'link mono', (event) =>
      actions.openSource(source, event.ctrlKey || event.metaKey || event.altKey),
    )
    link.title = source.line > 0 ? `${source.file}, line ${source.line}` : source.file
    return link
  }
  if (task !== undefined && task > 0) return button(part.text, 'link', () => actions.selectTask(task))
  return document.createTextNode(part.text)
}
