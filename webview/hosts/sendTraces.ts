import type { ToPanel } from '../../trace/panel/messages.ts'

/** A trace that a page can read, as often as it is asked for. */
export interface TraceSource {
  readonly fileName: string
  open(): Promise<OpenTrace>
}

export interface OpenTrace {
  /** 0 = not known. */
  readonly byteLength: number
  readonly bytes: ReadableStream<Uint8Array>
}

/** What several traces are called together. */
export const togetherName = (sources: readonly TraceSource[]): string =>
  `${sources[0].fileName} and ${sources.length - 1} more`

/** Tells the panel a trace, or several, as the extension does. One that cannot be read of several leaves the others. */
export async function sendTraces(sources: readonly TraceSource[], say: (message: ToPanel) => void): Promise<void> {
  if (sources.length === 1) {
    const [{ fileName }] = sources
    const { byteLength, bytes } = await sources[0].open()
    say({ type: 'begin', fileName, byteLength, stamp: '' })
    await eachChunk(bytes, (chunk) => say({ type: 'chunk', bytes: chunk }))
    return say({ type: 'end' })
  }
  const opened = await Promise.allSettled(sources.map((source) => source.open()))
  const byteLength = opened.reduce((sum, one) => sum + (one.status === 'fulfilled' ? one.value.byteLength : 0), 0)
  say({ type: 'together', name: togetherName(sources), byteLength })
  for (const [file, one] of opened.entries()) {
    const name = sources[file].fileName
    try {
      if (one.status === 'rejected') throw one.reason
      say({ type: 'file', file, name })
      await eachChunk(one.value.bytes, (chunk) => say({ type: 'part', file, bytes: chunk }))
    } catch (error) {
      say({ type: 'fileFailed', file, name, message: `it cannot be read (${String(error)}).` })
    }
  }
  say({ type: 'join', sentAtMs: Date.now() })
}

async function eachChunk(bytes: ReadableStream<Uint8Array>, take: (chunk: Uint8Array) => void): Promise<void> {
  const reader = bytes.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    take(value)
  }
}
