import { EMBEDDED_TRACE_ID } from '../../trace/panel/standalone.ts'
import type { TraceSource } from './sendTraces.ts'

/** Base64 that is decoded at once, a multiple of four. */
const PIECE_LENGTH = 1 << 20

/** The traces that the page carries itself, as `loopscope export --format html` makes it; none in other pages. */
export function embeddedTraces(page: Document): TraceSource[] {
  return [...page.querySelectorAll<HTMLElement>(`script[id^="${EMBEDDED_TRACE_ID}"]`)].map((element) => ({
    fileName: element.dataset['name'] ?? '',
    open: () =>
      Promise.resolve({
        byteLength: Number(element.dataset['length']),
        bytes: decoded(element.textContent).pipeThrough(new DecompressionStream('gzip')),
      }),
  }))
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
