/** Red, green, blue 0…255 and alpha 0…1. */
export type Rgba = readonly [number, number, number, number]

const HEX = /^#([0-9a-f]{3,8})$/i
const NUMBERS = /^rgba?\(([^)]+)\)$/i

/** A colour as VS Code writes them: `#rgb`, `#rgba`, `#rrggbb`, `#rrggbbaa`, `rgb()`, `rgba()`. `undefined` for any other text. */
export function parseColour(text: string): Rgba | undefined {
  const trimmed = text.trim()
  const hex = HEX.exec(trimmed)?.[1]
  if (hex !== undefined) {
    const long = hex.length <= 4 ? [...hex].map((digit) => digit + digit).join('') : hex
    if (long.length !== 6 && long.length !== 8) return undefined
    const at = (from: number): number => parseInt(long.slice(from, from + 2), 16)
    return [at(0), at(2), at(4), long.length === 8 ? at(6) / 255 : 1]
  }
  const parts = NUMBERS.exec(trimmed)?.[1]
    ?.split(/[\s,/]+/)
    .map((part) => (part.endsWith('%') ? parseFloat(part) / 100 : Number(part)))
  if (!parts || parts.length < 3 || parts.some(Number.isNaN)) return undefined
  return [parts[0], parts[1], parts[2], parts[3] ?? 1]
}

export const css = ([red, green, blue, alpha]: Rgba): string =>
  `rgba(${Math.round(red)}, ${Math.round(green)}, ${Math.round(blue)}, ${alpha})`

/** `share` of `over` on an opaque `base`. */
export function mix(base: Rgba, over: Rgba, share: number): Rgba {
  const part = share * over[3]
  const channel = (i: 0 | 1 | 2): number => base[i] * (1 - part) + over[i] * part
  return [channel(0), channel(1), channel(2), 1]
}

export const withAlpha = ([red, green, blue]: Rgba, alpha: number): Rgba => [red, green, blue, alpha]

/** WCAG's contrast ratio of two opaque colours, 1…21. */
export function contrast(a: Rgba, b: Rgba): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

/** Whichever of the candidates can be read best on `background`. */
export const mostReadable = (background: Rgba, candidates: readonly Rgba[]): Rgba =>
  candidates.reduce((best, candidate) =>
    contrast(candidate, background) > contrast(best, background) ? candidate : best,
  )

/** `colour`, moved towards `text` until it can be read on `background` (4.5 : 1). */
export function readable(colour: Rgba, background: Rgba, text: Rgba): Rgba {
  for (let share = 0; share < 1; share += 0.1) {
    const candidate = mix(colour, text, share)
    if (contrast(candidate, background) >= 4.5) return candidate
  }
  return text
}

function luminance([red, green, blue]: Rgba): number {
  const linear = (value: number): number => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}
