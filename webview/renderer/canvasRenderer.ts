import { awaitGroups } from '../theme/awaitGroups.ts'
import type { Theme } from '../theme/theme.ts'
import { hatchPattern } from './hatch.ts'
import { paint, paints, waitingPaint, type PaintName, type Renderer, type TextPaint } from './renderer.ts'
import { sizeCanvas } from './sizeCanvas.ts'
import { textFit } from './textFit.ts'

const FONT_PX = 11
const ROUND_FROM_PX = 5
const RADIUS_PX = 2.5
/** Parts of one shape: rounded, they would fall apart. */
const SQUARE = new Set<PaintName>(['density', 'level', 'waiters', 'bracket'])

/** Rectangles of one paint: x, y, width, height, and so on. */
interface Batch {
  values: Float32Array
  length: number
}

/** A `Renderer` on a 2D canvas: few calls per paint, no object per bar. */
export function canvasRenderer(canvas: HTMLCanvasElement, theme: Theme): Renderer {
  const context = canvas.getContext('2d', { alpha: false })!
  const font = `${FONT_PX}px ${theme.uiFont}`
  const boldFont = `600 ${font}`
  const measureIn = (used: string) => (text: string) => {
    context.font = used
    return context.measureText(text).width
  }
  const fits = { plain: textFit(measureIn(font)), bold: textFit(measureIn(boldFont)) }
  const batches: Batch[] = paints.map(() => ({ values: new Float32Array(1024), length: 0 }))
  const texts: { paint: TextPaint; text: string; x: number; y: number; bold: boolean }[] = []
  const fades: { x0: number; x1: number; y: number; height: number; selected: boolean }[] = []
  let fills: (string | CanvasPattern)[] = []
  let fillRatio = 0
  let width = 0
  let clipped = false

  function begin(widthPx: number, heightPx: number): void {
    const ratio = sizeCanvas(canvas, context, widthPx, heightPx)
    if (ratio !== fillRatio) fills = paints.map((name) => fillOf(name, context, theme, (fillRatio = ratio)))
    width = widthPx
    context.fillStyle = theme.background
    context.fillRect(0, 0, widthPx, heightPx)
  }

  function layer(topPx: number, bottomPx: number): void {
    flush()
    context.save()
    clipped = true
    context.beginPath()
    context.rect(0, topPx, width, bottomPx - topPx)
    context.clip()
    context.fillStyle = theme.background
    context.fillRect(0, topPx, width, bottomPx - topPx)
  }

  function flush(): void {
    batches.forEach((batch, index) => {
      if (batch.length === 0) return
      context.fillStyle = fills[index]
      fill(context, batch, !SQUARE.has(paints[index]))
      const edge = edgeOf(index, theme)
      if (edge !== undefined) outline(context, batch, edge)
      batch.length = 0
    })
    for (const { x0, x1, y, height, selected } of fades) {
      const gradient = context.createLinearGradient(x0, 0, x1, 0)
      gradient.addColorStop(0, selected ? theme.selectedRowClear : theme.backgroundClear)
      gradient.addColorStop(1, selected ? theme.selectedRow : theme.background)
      context.fillStyle = gradient
      context.fillRect(x0, y, x1 - x0 + 1, height)
    }
    fades.length = 0
    context.textBaseline = 'middle'
    for (const { paint: name, text, x, y, bold } of texts) {
      context.font = bold ? boldFont : font
      context.fillStyle = theme[name]
      context.fillText(text, x, y)
    }
    texts.length = 0
    if (clipped) context.restore()
    clipped = false
  }

  return {
    begin,
    layer,
    bar(which, x, y, barWidth, height) {
      const batch = batches[which]
      if (batch.length + 4 > batch.values.length) {
        const bigger = new Float32Array(batch.values.length * 2)
        bigger.set(batch.values)
        batch.values = bigger
      }
      batch.values[batch.length] = x
      batch.values[batch.length + 1] = y
      batch.values[batch.length + 2] = barWidth
      batch.values[batch.length + 3] = height
      batch.length += 4
    },
    text(name, text, x, y, maxWidthPx, bold = false) {
      const fitted = (bold ? fits.bold : fits.plain).fit(text, maxWidthPx)
      if (fitted.text !== '') texts.push({ paint: name, text: fitted.text, x, y: y + 0.5, bold })
      return fitted.widthPx
    },
    fade: (x0, x1, y, height, selected) => void fades.push({ x0, x1, y, height, selected }),
    finish: flush,
  }
}

/** One path for the rounded ones; the narrow ones, which can be many, without a path. */
function fill(context: CanvasRenderingContext2D, { values, length }: Batch, rounded: boolean): void {
  context.beginPath()
  for (let i = 0; i < length; i += 4) {
    if (!rounded || values[i + 2] < ROUND_FROM_PX || values[i + 3] < ROUND_FROM_PX) {
      context.fillRect(values[i], values[i + 1], values[i + 2], values[i + 3])
    } else context.roundRect(values[i], values[i + 1], values[i + 2], values[i + 3], RADIUS_PX)
  }
  context.fill()
}

function outline(context: CanvasRenderingContext2D, { values, length }: Batch, edge: string): void {
  context.strokeStyle = edge
  context.lineWidth = 1
  context.beginPath()
  for (let i = 0; i < length; i += 4) {
    if (values[i + 2] >= 3) context.rect(values[i] + 0.5, values[i + 1] + 0.5, values[i + 2] - 1, values[i + 3] - 1)
  }
  context.stroke()
}

/** Paints that are colours of the theme by the same name. */
type PlainPaint = Exclude<PaintName, `waiting:${string}` | 'ready' | 'cancelling'>

function fillOf(
  name: PaintName,
  context: CanvasRenderingContext2D,
  theme: Theme,
  ratio: number,
): string | CanvasPattern {
  const group = awaitGroups.find((candidate) => name === `waiting:${candidate}`)
  if (group) return theme.waiting[group]
  if (name === 'ready') return hatchPattern(context, theme.ready, theme.readyStripe, ratio)
  if (name === 'cancelling') return theme.cancelled
  return theme[name as PlainPaint]
}

function edgeOf(index: number, theme: Theme): string | undefined {
  if (!theme.waitingEdge) return undefined
  const group = awaitGroups.find((candidate) => waitingPaint(candidate) === index)
  if (group) return theme.waitingEdge[group]
  if (index === paint('hold')) return theme.waitingEdge.locks
  return index === paint('selectedRow') ? theme.focus : undefined
}
