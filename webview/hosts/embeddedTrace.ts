import { EMBEDDED_TRACE_ID } from '../../trace/panel/standalone.ts'

/** A trace that the page carries itself, as `loopscope export --format html` makes it. */
export interface EmbeddedTrace {
  readonly fileName: string
  readonly byteLength: number
  bytes(): ReadableStream<Uint8Array>
}

/** Base64 that is decoded at once, a multiple of four. */
const PIECE_LENGTH = 1 << 20

/** `undefined` in a page that carries none. */
export function embeddedTrace(page: Document): EmbeddedTrace | undefined {
  const element = page.getElementById(EMBEDDED_TRACE_ID)
  if (!element) return undefined
  return {
    fileName: element.dataset['name'] ?? '',
    byteLength: Number(element.dataset['length']),
    bytes: () => decoded(element.textContent).pipeThrough(new DecompressionStream('gzip')),
  }
}

function decoded(base64: string): ReadableStream<Uint8Array<ArrayBuffer>> {
  let from = 0
  return new ReadableStream({
    pull(controller) {
      const piece = base64.slice(from, from + PIECE_LENGTH)
      from += PIECE_LENGTH
      if (piece === '') controller.close()
      else controller.enqueue(Uint8Array.from(atob(piece), (character) => character.charCodeAt(0)))
    },
  })
}
