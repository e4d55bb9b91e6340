const MAX_CACHED = 20_000
const MIN_LETTERS = 3

/** Cuts text to a width. Widths are measured once per text and font. */
export interface TextFit {
  /** The text, cut with `…` where it is wider than `maxWidthPx`; empty where not even three letters have room. */
  fit(text: string, maxWidthPx: number): { readonly text: string; readonly widthPx: number }
  forget(): void
}

export function textFit(measure: (text: string) => number): TextFit {
  const widths = new Map<string, number>()
  function width(text: string): number {
    let known = widths.get(text)
    if (known === undefined) {
      if (widths.size >= MAX_CACHED) widths.clear()
      widths.set(text, (known = measure(text)))
    }
    return known
  }
  return {
    fit(text, maxWidthPx) {
      // The widest text that a screen can show: a hostile name may be long, and measuring it dear.
      const bounded = text.length > 300 ? text.slice(0, 300) : text
      const whole = width(bounded)
      if (whole <= maxWidthPx) return { text: bounded, widthPx: whole }
      let letters = Math.floor((bounded.length * maxWidthPx) / whole)
      while (letters >= MIN_LETTERS) {
        const cut = `${bounded.slice(0, letters).trimEnd()}…`
        const cutWidth = width(cut)
        if (cutWidth <= maxWidthPx) return { text: cut, widthPx: cutWidth }
        letters--
      }
      return { text: '', widthPx: 0 }
    },
    forget: () => widths.clear(),
  }
}
