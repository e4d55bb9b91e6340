import type { FromPanel, ToPanel } from '../../trace/panel/messages.ts'
import { standalone } from '../../trace/panel/standalone.ts'
import { element } from '../elements.ts'
import { embeddedTraces } from './embeddedTrace.ts'
import type { Host } from './host.ts'
import { pageParts } from './pageParts.ts'
import { sendTraces, type TraceSource } from './sendTraces.ts'

/**
 * A page by itself: shows the traces that it carries, or those at `?trace=URL`, or any files that are dropped on it or chosen; of several, all on one clock.
 * It cannot open an editor, so it shows where the source line is, in an event that an embedding page may use.
 */
export function browserHost(page: Window = window): Host {
  const listeners: ((message: ToPanel) => void)[] = []
  const say = (message: ToPanel): void => listeners.forEach((listener) => listener(message))
  const urls = new URLSearchParams(page.location.search).getAll('trace')
  const embedded = embeddedTraces(page.document)
  /** What is shown, to read once more: the worker has the bytes, and lets go of them. */
  let sources: readonly TraceSource[] = embedded.length > 0 ? embedded : urls.map(sourceAt)
  const stateKey = `loopscope:${embedded.length > 0 ? page.location.pathname : urls.join(' ')}`

  page.addEventListener('dragover', (event) => event.preventDefault())
  page.addEventListener('drop', (event) => {
    event.preventDefault()
    readFiles([...(event.dataTransfer?.files ?? [])])
  })

  function readFiles(files: readonly File[]): void {
    if (files.length === 0) return
    sources = files.map((file) => ({
      fileName: file.name,
      open: () => Promise.resolve({ byteLength: file.size, bytes: file.stream() }),
    }))
    read()
  }

  function read(): void {
    sendTraces(sources, say).catch((error: unknown) => {
      const { fileName } = sources[0]
      say({
        type: 'failed',
        message: `${fileName} could not be fetched (${String(error)}). Drop the file here instead.`,
      })
    })
    // A browser's storage is slow when it is first asked, up to 50 ms on a busy machine: now, while the trace is on its way, and not when the lanes could be shown.
    loadState()
  }

  function loadState(): unknown {
    try {
      return JSON.parse(page.sessionStorage.getItem(stateKey) ?? 'null') as unknown
    } catch {
      return undefined
    }
  }

  async function savePage(name: string): Promise<void> {
    if (sources.length === 0) return
    const traces = sources.map(async ({ fileName, open }) => {
      const { bytes } = await open()
      return {
        fileName,
        bytes: new Uint8Array(await new Response(bytes as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer()),
      }
    })
    const pieces = await standalone(await pageParts(page.document), await Promise.all(traces))
    download(name, new Blob([...pieces], { type: 'text/html' }))
  }

  function post(message: FromPanel): void {
    // Ready for it, or for it once more.
    if (message.type === 'ready' && sources.length > 0) read()
    if (message.type === 'save') download(message.name, new Blob([message.bytes as Uint8Array<ArrayBuffer>]))
    if (message.type === 'savePage')
      savePage(message.name).catch((error: unknown) => {
        say({ type: 'tell', message: `The page could not be made (${String(error)}).` })
      })
    page.dispatchEvent(new CustomEvent('loopscope', { detail: message }))
  }

  return {
    post,
    onMessage: (listener) => void listeners.push(listener),
    loadState,
    saveState(state) {
      try {
        page.sessionStorage.setItem(stateKey, JSON.stringify(state))
      } catch {
        // No room or no permission: the view is then not remembered, which costs nothing else.
      }
    },
    fileChooser: sources.length === 0 ? chooser(readFiles) : undefined,
  }
}

function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  element('a', { href: url, download: name }).click()
  // The browser has taken hold of it by the next turn.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

function chooser(onFiles: (files: readonly File[]) => void): HTMLElement {
  const input = element('input', { type: 'file', accept: '.looptrace', 'aria-label': 'Open traces', multiple: '' })
  input.addEventListener('change', () => onFiles([...(input.files ?? [])]))
  return input
}

/** A trace on a server. */
function sourceAt(url: string): TraceSource {
  return {
    fileName: url.slice(url.lastIndexOf('/') + 1),
    async open() {
      const response = await fetch(url)
      if (!response.ok || !response.body) throw new Error(`status ${response.status}`)
      return { byteLength: Number(response.headers.get('content-length') ?? 0), bytes: response.body }
    },
  }
}
