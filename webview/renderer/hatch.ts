const SIZE_PX = 6

/** Diagonal stripes, the pattern of "ready": told apart from the other states without its colour. */
export function hatchPattern(
  context: CanvasRenderingContext2D,
  ground: string,
  stripe: string,
  ratio: number,
): CanvasPattern | string {
  const tile = document.createElement('canvas')
  const size = Math.round(SIZE_PX * ratio)
  tile.width = tile.height = size
  const pen = tile.getContext('2d')
  if (!pen) return stripe
  pen.fillStyle = ground
  pen.fillRect(0, 0, size, size)
  pen.strokeStyle = stripe
  pen.lineWidth = size / 2.8
  pen.beginPath()
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift - size / 4, size + size / 4)
    pen.lineTo(shift + size + size / 4, -size / 4)
  }
  pen.stroke()
  const pattern = context.createPattern(tile, 'repeat')
  if (!pattern) return stripe
  pattern.setTransform(new DOMMatrix().scale(1 / ratio))
  return pattern
}
