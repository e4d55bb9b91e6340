import type { FromPanel, ToPanel } from '../../trace/panel/messages.ts'
import { standalone } from '../../trace/panel/standalone.ts'
import { element } from '../elements.ts'
import { embeddedTrace } from './embeddedTrace.ts'
import type { Host } from './host.ts'
import { pageParts } from './pageParts.ts'

/**
 * A page by itself: shows the trace that it carries, or that at `?trace=URL`, or any file that is dropped on it or chosen.
 * It cannot open an editor, so it shows where the source line is, in an event that an embedding page may use.
 */
export function browserHost(page: Window = window): Host {
  const listeners: ((message: ToPanel) => void)[] = []
  const say = (message: ToPanel): void => listeners.forEach((listener) => listener(message))
  const url = new URLSearchParams(page.location.search).get('trace')
  const embedded = embeddedTrace(page.document)
  /** The trace that is shown, to read once more: the worker has the bytes, and lets go of them. */
  let again: { readonly fileName: string; bytes(): Promise<ReadableStream<Uint8Array>> } | undefined = embedded && {
    fileName: embedded.fileName,
    bytes: () => Promise.resolve(embedded.bytes()),
  }
  const stateKey = `loopscope:${embedded ? page.location.pathname : (url ?? '')}`

  page.addEventListener('dragover', (event) => event.preventDefault())
  page.addEventListener('drop', (event) => {
    event.preventDefault()
    const file = event.dataTransfer?.files[0]
    if (file) readFile(file)
  })

  let given: File | undefined
  function readFile(file: File): void {
    given = file
    again = { fileName: file.name, bytes: () => Promise.resolve(file.stream()) }
    void read(file.name, file.size, file.stream())
  }

  async function fetchTrace(from: string): Promise<void> {
    const name = from.slice(from.lastIndexOf('/') + 1)
    const get = async (): Promise<{ length: number; bytes: ReadableStream<Uint8Array> }> => {
      const response = await fetch(from)
      if (!response.ok || !response.body) throw new Error(`status ${response.status}`)
      return { length: Number(response.headers.get('content-length') ?? 0), bytes: response.body }
    }
    again = { fileName: name, bytes: async () => (await get()).bytes }
    try {
      const { length, bytes } = await get()
      await read(name, length, bytes)
    } catch (error) {
      say({ type: 'failed', message: `${name} could not be fetched (${String(error)}). Drop the file here instead.` })
    }
  }

  async function read(fileName: string, byteLength: number, bytes: ReadableStream<Uint8Array>): Promise<void> {
    say({ type: 'begin', fileName, byteLength, stamp: '' })
    const reader = bytes.getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      say({ type: 'chunk', bytes: value })
    }
    say({ type: 'end' })
  }

  async function savePage(name: string): Promise<void> {
    if (!again) return
    const bytes = await new Response((await again.bytes()) as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer()
    const pieces = await standalone(await pageParts(page.document), again.fileName, new Uint8Array(bytes))
    download(name, new Blob([...pieces], { type: 'text/html' }))
  }

  function post(message: FromPanel): void {
    // Ready for it, or for it once more.
    if (message.type === 'ready' && given) readFile(given)
    else if (message.type === 'ready' && embedded) void read(embedded.fileName, embedded.byteLength, embedded.bytes())
    else if (message.type === 'ready' && url !== null) void fetchTrace(url)
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
    loadState() {
      try {
        return JSON.parse(page.sessionStorage.getItem(stateKey) ?? 'null') as unknown
      } catch {
        return undefined
      }
    },
    saveState(state) {
      try {
        page.sessionStorage.setItem(stateKey, JSON.stringify(state))
      } catch {
        // No room or no permission: the view is then not remembered, which costs nothing else.
      }
    },
    fileChooser: url === null && !embedded ? chooser(readFile) : undefined,
  }
}

function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  element('a', { href: url, download: name }).click()
  // The browser has taken hold of it by the next turn.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

function chooser(onFile: (file: File) => void): HTMLElement {
  const input = element('input', { type: 'file', accept: '.looptrace', 'aria-label': 'Open a trace' })
  input.addEventListener('change', () => {
    const file = input.files?.[0]
    if (file) onFile(file)
  })
  return input
}
