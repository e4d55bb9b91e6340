import type { Theme } from '../theme/theme.ts'
import { edgeColour, FONT_PX, paintColour, RADIUS_PX, ROUND_FROM_PX } from './paintColours.ts'
import { paints, type Renderer } from './renderer.ts'
import { textFit } from './textFit.ts'

export interface SvgRenderer extends Renderer {
  /** The picture, after `finish`: an SVG document that needs nothing beside it. */
  document(): string
}

/** A `Renderer` whose picture is a text. `measure` gives a text's width in px, in the theme's font or its bold one. */
export function svgRenderer(theme: Theme, measure: (text: string, bold: boolean) => number): SvgRenderer {
  const fits = { plain: textFit((text) => measure(text, false)), bold: textFit((text) => measure(text, true)) }
  const out: string[] = []
  const bars = paints.map((): string[] => [])
  const texts: string[] = []
  const fades: string[] = []
  let size = { widthPx: 0, heightPx: 0 }
  let isOpen = false
  let fadeCount = 0

  function flush(): void {
    bars.forEach((rects, index) => {
      if (rects.length === 0) return
      const colour = paintColour(paints[index], theme)
      const edge = edgeColour(index, theme)
      const stroke = edge === undefined ? '' : ` stroke="${attribute(edge)}"`
      out.push(`<g fill="${colour === 'hatch' ? 'url(#hatch)' : attribute(colour)}"${stroke}>${rects.join('')}</g>`)
      rects.length = 0
    })
    out.push(...fades, ...texts)
    fades.length = texts.length = 0
    if (isOpen) out.push('</svg>')
    isOpen = false
  }

  return {
    begin(widthPx, heightPx) {
      size = { widthPx, heightPx }
      out.length = 0
      out.push(ground(theme.background, 0, 0, widthPx, heightPx))
    },
    layer(topPx, bottomPx, fromPx = 0, toPx = size.widthPx) {
      flush()
      const box = [fromPx, topPx, toPx - fromPx, Math.max(0, bottomPx - topPx)].map(px)
      const [x, y, width, height] = box
      out.push(`<svg x="${x}" y="${y}" width="${width}" height="${height}" viewBox="${box.join(' ')}">`)
      out.push(ground(theme.background, ...(box as [string, string, string, string])))
      isOpen = true
    },
    bar(which, x, y, width, height) {
      const round = width >= ROUND_FROM_PX && height >= ROUND_FROM_PX ? ` rx="${RADIUS_PX}"` : ''
      bars[which].push(`<rect x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}"${round}/>`)
    },
    text(name, text, x, y, maxWidthPx, bold = false) {
      const fitted = (bold ? fits.bold : fits.plain).fit(text, maxWidthPx)
      if (fitted.text !== '') {
        const weight = bold ? ' font-weight="600"' : ''
        // A third of the letters' height below the middle is their foot; not every program knows `dominant-baseline`.
        const foot = px(y + FONT_PX * 0.36)
        texts.push(
          `<text x="${px(x)}" y="${foot}" fill="${attribute(theme[name])}"${weight}>${content(fitted.text)}</text>`,
        )
      }
      return fitted.widthPx
    },
    fade(x0, x1, y, height, selected) {
      const id = `fade${fadeCount++}`
      const colour = attribute(selected ? theme.selectedRow : theme.background)
      const stops = `<stop stop-color="${colour}" stop-opacity="0"/><stop offset="1" stop-color="${colour}"/>`
      fades.push(
        `<linearGradient id="${id}" gradientUnits="userSpaceOnUse" x1="${px(x0)}" x2="${px(x1)}" y1="0" y2="0">${stops}</linearGradient>`,
        ground(`url(#${id})`, px(x0), px(y), px(x1 - x0 + 1), px(height)),
      )
    },
    finish: flush,
    document() {
      const { widthPx, heightPx } = size
      const stripes = `<pattern id="hatch" width="4.2" height="4.2" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">${ground(theme.ready, 0, 0, 4.2, 4.2)}${ground(theme.readyStripe, 0, 0, 2, 4.2)}</pattern>`
      const font = `font-family="${attribute(theme.uiFont)}" font-size="${FONT_PX}"`
      return `<svg xmlns="http://www.w3.org/2000/svg" width="${px(widthPx)}" height="${px(heightPx)}" viewBox="0 0 ${px(widthPx)} ${px(heightPx)}" ${font}><defs>${stripes}</defs>${out.join('')}</svg>\n`
    },
  }
}

type Length = string | number
const ground = (fill: string, x: Length, y: Length, width: Length, height: Length): string =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${attribute(fill)}"/>`

/** Hundredths are finer than any screen. */
const px = (value: number): string => String(Math.round(value * 100) / 100)
/** Without what XML does not allow at all: a name in a trace may hold anything. */
const allowed = (text: string): string =>
  text.replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '�')
const content = (text: string): string =>
  allowed(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
const attribute = (text: string): string => content(text).replaceAll('"', '&quot;')
