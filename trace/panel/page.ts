/** Where the page finds its parts, and what its policy allows. All are inserted into attributes. */
export interface PanelPage {
  readonly scriptUri: string
  readonly workerUri: string
  readonly styleUri: string
  /** The source that styles and the worker's text come from: `webview.cspSource`, or an origin. */
  readonly cspSource: string
  /** Random for each page: only the script that carries it runs. */
  readonly nonce: string
}

/** Where the page's own script finds the worker that was started before it: a promise of it. */
export const EARLY_WORKER = 'loopscopeWorker'

/**
 * Starts the worker from a blob, for a webview cannot start one of another origin, and before the panel's script is there: it compiles on another thread meanwhile, and
 * waits for the trace when that comes. Started by the panel's script, it was ready 120 ms after the trace was asked for (Chromium, load 15 on two processors).
 */
const START_WORKER = `
      globalThis.${EARLY_WORKER} = fetch(document.currentScript.dataset.worker)
        .then((response) => (response.ok ? response.text() : Promise.reject(new Error('status ' + response.status))))
        .then((text) => {
          const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }))
          const worker = new Worker(url)
          worker.addEventListener('message', () => URL.revokeObjectURL(url), { once: true })
          return worker
        })
    `

/**
 * The panel's HTML. Nothing from a trace is in it: names arrive later, by message, as text.
 */
export function panelPage({ scriptUri, workerUri, styleUri, cspSource, nonce }: PanelPage): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `connect-src ${cspSource}`,
    `worker-src blob:`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ')
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Loopscope</title>
    <script nonce="${attribute(nonce)}" data-worker="${attribute(workerUri)}">${START_WORKER}</script>
    <link rel="stylesheet" href="${attribute(styleUri)}">
  </head>
  <body>
    <main id="loopscope" data-worker="${attribute(workerUri)}"></main>
    <script nonce="${attribute(nonce)}" src="${attribute(scriptUri)}"></script>
  </body>
</html>
`
}

const attribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
