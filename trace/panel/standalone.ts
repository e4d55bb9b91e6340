/** The parts of a page that needs nothing else: it opens from a disk, with no network. */
export interface StandaloneParts {
  /** The panel's script and style sheet, as they ship, and their hashes as a policy writes them: `sha256-…`. */
  readonly script: string
  readonly scriptHash: string
  readonly style: string
  readonly styleHash: string
  /** The worker's script. */
  readonly worker: string
  readonly traces: readonly PackedTrace[]
}

/** A trace as a page carries it. */
export interface PackedTrace {
  /** The trace's file name, which the page shows. */
  readonly fileName: string
  /** Length of the trace in bytes, before it was compressed. */
  readonly byteLength: number
  /** The trace's bytes, compressed with gzip, in Base64, in pieces. */
  readonly trace: Iterable<string>
}

/** Where the page finds what it carries; of several traces the ids go on with their number. */
export const EMBEDDED_TRACE_ID = 'loopscope-trace'
export const EMBEDDED_WORKER_ID = 'loopscope-worker'

/** The panel's bundles, as they ship. */
export type PanelParts = Pick<StandaloneParts, 'script' | 'style' | 'worker'>

/** A multiple of three, so that the pieces' Base64 joins without padding in between. */
const PIECE_BYTES = 3 << 12

/** The panel with these traces in one HTML file, in pieces. It needs what browsers and Node have alike, which a page that came over http from another machine lacks. */
export async function standalone(
  parts: PanelParts,
  traces: readonly { readonly fileName: string; readonly bytes: Uint8Array }[],
): Promise<Iterable<string>> {
  const packed = traces.map(async ({ fileName, bytes }): Promise<PackedTrace> => {
    const zipped = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new CompressionStream('gzip'))
    const trace = base64(new Uint8Array(await new Response(zipped).arrayBuffer()))
    return { fileName, byteLength: bytes.length, trace }
  })
  return standalonePage({
    ...parts,
    scriptHash: await hash(parts.script),
    styleHash: await hash(parts.style),
    traces: await Promise.all(packed),
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
 * The panel with traces in one HTML file, in pieces. Its policy lets nothing run but the panel's own script, known by its hash, and lets nothing in or out
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
    <title>${attribute(parts.traces.map(({ fileName }) => fileName).join(', '))} · Loopscope</title>
    <style>${inside('style', parts.style)}</style>
  </head>
  <body>
    <main id="loopscope"></main>
    <script type="text/plain" id="${EMBEDDED_WORKER_ID}">${inside('script', parts.worker)}</script>
`
  for (const [i, { fileName, byteLength, trace }] of parts.traces.entries()) {
    const id = i === 0 ? EMBEDDED_TRACE_ID : `${EMBEDDED_TRACE_ID}-${i + 1}`
    yield `    <script type="text/plain" id="${id}" data-name="${attribute(fileName)}" data-length="${byteLength}">`
    for (const piece of trace) yield inside('script', piece)
    yield '</script>\n'
  }
  yield `    <script>${inside('script', parts.script)}</script>
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
