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

/**
 * The panel's HTML. Nothing from a trace is in it: names arrive later, by message, as text.
 * The page fetches the worker's script, beside its own, and starts it from a blob, for a webview cannot start a worker of another origin.
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
    <link rel="stylesheet" href="${attribute(styleUri)}">
    <link rel="preload" href="${attribute(workerUri)}" as="fetch" crossorigin="anonymous">
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
