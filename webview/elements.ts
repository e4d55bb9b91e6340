/**
 * Makes an element. Children that are strings become text, never markup: the only way that text of a trace reaches the page.
 * Styles go through classes and the CSSOM, for the page's policy allows no others.
 */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(name, value)
  made.append(...children)
  return made
}

/** A button with text. */
export function button(text: string, className: string, onClick: (event: MouseEvent) => void): HTMLButtonElement {
  const made = element('button', { type: 'button', class: className }, text)
  made.addEventListener('click', onClick)
  return made
}

/** Makes these the children, in this order, and leaves alone those that are there already: what is taken out and put back loses a click that has begun on it. */
export function setChildren(parent: HTMLElement, wanted: readonly HTMLElement[]): void {
  const kept = new Set<Element>(wanted)
  for (const child of [...parent.children]) if (!kept.has(child)) child.remove()
  wanted.forEach((child, i) => {
    if (parent.children[i] !== child) parent.insertBefore(child, parent.children[i] ?? null)
  })
}
