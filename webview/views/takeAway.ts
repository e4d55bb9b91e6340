import type { PanelCommand } from '../../trace/panel/commands.ts'
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
import { perfettoBytes } from './perfettoBytes.ts'

/** What can be taken away: the whole trace, or what is in view, drawn as the lanes are, on another renderer. */
const TAKE_AWAYS = { saveSvg: 'svg', savePng: 'png', savePage: 'html', savePerfetto: 'pftrace' } as const
type TakeAway = keyof typeof TAKE_AWAYS

export const isTakeAway = (command: PanelCommand): command is TakeAway => Object.hasOwn(TAKE_AWAYS, command)

export interface Shown {
  readonly fileName: string
  readonly widthPx: number
  readonly theme: Theme
}

/** Makes a file and gives it to the host, which asks where to save it. The page with the trace is the host's: it has the trace's bytes. */
export async function takeAway(
  what: TakeAway,
  context: ViewContext,
  { fileName, widthPx, theme }: Shown,
): Promise<void> {
  const { host, tell, data } = context
  const name = `${fileName.replace(/\.looptrace$/, '')}.${TAKE_AWAYS[what]}`
  if (what === 'savePage') return host.post({ type: 'savePage', name })
  try {
    if (what === 'savePerfetto') tell('Making a trace for Perfetto…')
    const bytes =
      what === 'savePerfetto'
        ? await perfettoBytes(fileName, data.model)
        : what === 'saveSvg'
          ? svgBytes(pictureOf(context, fileName, widthPx), theme)
          : await pngBytes(pictureOf(context, fileName, widthPx), theme)
    host.post({ type: 'save', name, bytes })
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error))
  }
}

/** The picture as SVG. */
function svgBytes(picture: Picture, theme: Theme): Uint8Array {
  const pen = element('canvas').getContext('2d')!
  const renderer = svgRenderer(theme, (text, bold) => {
    pen.font = `${bold ? '600 ' : ''}${FONT_PX}px ${theme.uiFont}`
    return pen.measureText(text).width
  })
  drawPicture(renderer, picture)
  return new TextEncoder().encode(renderer.document())
}

/** The picture as PNG, in the screen's resolution. */
async function pngBytes(picture: Picture, theme: Theme): Promise<Uint8Array> {
  const canvas = element('canvas')
  drawPicture(canvasRenderer(canvas, theme), picture)
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  if (!blob) throw new Error('This picture is too large for the browser. Make the panel smaller.')
  return new Uint8Array(await blob.arrayBuffer())
}

/** What is in view now. */
function pictureOf(context: ViewContext, title: string, widthPx: number): Picture {
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
