import { drawPicture, type Picture } from '../drawing/drawPicture.ts'
import { element } from '../elements.ts'
import { emptyMarks } from '../lanes/marks.ts'
import { canvasRenderer } from '../renderer/canvasRenderer.ts'
import { FONT_PX } from '../renderer/paintColours.ts'
import { svgRenderer } from '../renderer/svgRenderer.ts'
import type { Theme } from '../theme/theme.ts'
import type { ViewContext } from './context.ts'
import { rowText } from './gutterRows.ts'
import { pixelScale } from './lanesView.ts'

/** What is in view, as a file of its own: the same lanes from the same drawing, on another renderer. */

/** The picture as SVG. */
export function svgBytes(picture: Picture, theme: Theme): Uint8Array {
  const pen = element('canvas').getContext('2d')!
  const renderer = svgRenderer(theme, (text, bold) => {
    pen.font = `${bold ? '600 ' : ''}${FONT_PX}px ${theme.uiFont}`
    return pen.measureText(text).width
  })
  drawPicture(renderer, picture)
  return new TextEncoder().encode(renderer.document())
}

/** The picture as PNG, in the screen's resolution. */
export async function pngBytes(picture: Picture, theme: Theme): Promise<Uint8Array> {
  const canvas = element('canvas')
  drawPicture(canvasRenderer(canvas, theme), picture)
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  if (!blob) throw new Error('This picture is too large for the browser. Make the panel smaller.')
  return new Uint8Array(await blob.arrayBuffer())
}

/** What is in view now. */
export function pictureOf(context: ViewContext, title: string, widthPx: number): Picture {
  const { data, store, lanes } = context
  const { viewport, selection, gutterPx } = store.state
  const geometry = context.geometry()
  return {
    title,
    gutterPx,
    scene: {
      data,
      geometry,
      scale: pixelScale(viewport, widthPx),
      selected: selection?.lane,
      densityAt: (place) => lanes.densityAt(place),
      marks: emptyMarks(),
    },
    label: (row) => ({
      ...rowText(geometry.rows.laneAt(row), geometry.rows.placeAt(row), context),
      depth: geometry.rows.depthAt(row),
    }),
  }
}
