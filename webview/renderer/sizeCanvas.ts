/** Gives a canvas the size of its box in device pixels, so that one unit is one CSS pixel and lines are sharp. Returns the ratio of the two. */
export function sizeCanvas(
  canvas: HTMLCanvasElement,
  context: CanvasRenderingContext2D,
  widthPx: number,
  heightPx: number,
): number {
  const ratio = Math.max(1, window.devicePixelRatio || 1)
  const width = Math.max(1, Math.round(widthPx * ratio))
  const height = Math.max(1, Math.round(heightPx * ratio))
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width
    canvas.height = height
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  return ratio
}
