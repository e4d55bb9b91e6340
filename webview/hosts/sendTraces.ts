import type { ToPanel } from '../../trace/panel/messages.ts'

/** A trace that a page can read, as often as it is asked for. */
export interface TraceSource {
  readonly fileName: string
  /** 0 = not known. */
  readonly byteLength: number
  bytes(): Promise<ReadableStream<Uint8Array>>
}

/** What several traces are called together. */
export const togetherName = (sources: readonly TraceSource[]): string =>
  `${sources[0].fileName} and ${sources.length - 1} more`

/** Tells the panel a trace, or several, as the extension does. One that cannot be read of several leaves the others. */
export async function sendTraces(sources: readonly TraceSource[], say: (message: ToPanel) => void): Promise<void> {
  const byteLength = sources.reduce((sum, source) => sum + source.byteLength, 0)
  if (sources.length === 1) {
    const [{ fileName, bytes }] = sources
    const stream = await bytes()
    say({ type: 'begin', fileName, byteLength, stamp: '' })
    await eachChunk(stream, (chunk) => say({ type: 'chunk', bytes: chunk }))
    return say({ type: 'end' })
  }
  say({ type: 'together', name: togetherName(sources), byteLength })
  for (const [file, { fileName: name, bytes }] of sources.entries()) {
    try {
      const stream = await bytes()
      say({ type: 'file', file, name })
      await eachChunk(stream, (chunk) => say({ type: 'part', file, bytes: chunk }))
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
