import { EMBEDDED_WORKER_ID, type PanelParts } from '../../trace/panel/standalone.ts'

/** The bundles that this page was made of: it carries them, or says where they are. */
export async function pageParts(page: Document): Promise<PanelParts> {
  const script = page.querySelector<HTMLScriptElement>('body > script:not([type])')
  const sheet = page.querySelector<HTMLLinkElement>('link[rel=stylesheet]')
  const workerUri = page.getElementById('loopscope')?.dataset['worker']
  return {
    script: script?.src ? await text(script.src) : (script?.textContent ?? ''),
    style: sheet ? await text(sheet.href) : (page.querySelector('style')?.textContent ?? ''),
    worker: workerUri ? await text(workerUri) : (page.getElementById(EMBEDDED_WORKER_ID)?.textContent ?? ''),
  }
}

async function text(uri: string): Promise<string> {
  const response = await fetch(uri)
  if (!response.ok) throw new Error(`${uri}: status ${response.status}`)
  return response.text()
}
