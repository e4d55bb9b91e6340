/** The parts of a page that needs nothing else: it opens from a disk, with no network. */
export interface StandaloneParts {
  /** The panel's script and style sheet, as they ship, and their hashes as a policy writes them: `sha256-…`. */
  readonly script: string
  readonly scriptHash: string
  readonly style: string
  readonly styleHash: string
  /** The worker's script. */
  readonly worker: string
  /** The trace's file name, which the page shows. */
  readonly fileName: string
  /** Length of the trace in bytes, before it was compressed. */
  readonly byteLength: number
  /** The trace's bytes, compressed with gzip, in Base64, in pieces. */
  readonly trace: Iterable<string>
}

/** Where the page finds what it carries. */
export const EMBEDDED_TRACE_ID = 'loopscope-trace'
export const EMBEDDED_WORKER_ID = 'loopscope-worker'

/** The panel's bundles, as they ship. */
export type PanelParts = Pick<StandaloneParts, 'script' | 'style' | 'worker'>

/** A multiple of three, so that the pieces' Base64 joins without padding in between. */
const PIECE_BYTES = 3 << 12

/** The panel with this trace in one HTML file, in pieces. It needs what browsers and Node have alike, which a page that came over http from another machine lacks. */
export async function standalone(parts: PanelParts, fileName: string, trace: Uint8Array): Promise<Iterable<string>> {
  const zipped = new Blob([trace as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new CompressionStream('gzip'))
  const bytes = new Uint8Array(await new Response(zipped).arrayBuffer())
  return standalonePage({
    ...parts,
    scriptHash: await hash(parts.script),
    styleHash: await hash(parts.style),
    fileName,
    byteLength: trace.length,
    trace: base64(bytes),
  })
}

async function hash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return `sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`
}

function* base64(bytes: Uint8Array): Generator<string> {
  for (let from = 0; from < bytes.length; from += PIECE_BYTES)
    yield btoa(String.fromCharCode(...bytes.subarray(from, from + PIECE_BYTES)))
}

/**
 * The panel with a trace in one HTML file, in pieces. Its policy lets nothing run but the panel's own script, known by its hash, and lets nothing in or out
 * over the network. What comes from the trace stands there in Base64 or escaped, so no name can become markup. Throws where a part could end its element.
 */
export function* standalonePage(parts: StandaloneParts): Generator<string> {
  const policy = [
    `default-src 'none'`,
    `script-src '${parts.scriptHash}'`,
    `style-src '${parts.styleHash}'`,
    `worker-src blob:`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ')
  yield `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${attribute(parts.fileName)} · Loopscope</title>
    <style>${inside('style', parts.style)}</style>
  </head>
  <body>
    <main id="loopscope"></main>
    <script type="text/plain" id="${EMBEDDED_WORKER_ID}">${inside('script', parts.worker)}</script>
    <script type="text/plain" id="${EMBEDDED_TRACE_ID}" data-name="${attribute(parts.fileName)}" data-length="${parts.byteLength}">`
  for (const piece of parts.trace) yield inside('script', piece)
  yield `</script>
    <script>${inside('script', parts.script)}</script>
  </body>
</html>
`
}

/**
 * An open comment too: with a `<script` after it, the parser no longer sees the end. The panel's script has this function in it, so it spells neither out.
 */
function inside(tag: 'script' | 'style', text: string): string {
  if (new RegExp(`</${tag}|<![-]-`, 'i').test(text)) throw new Error(`This text would end its <${tag}> element.`)
  return text
}

const attribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
