import { EARLY_WORKER } from '../../trace/panel/page.ts'
import { EMBEDDED_WORKER_ID } from '../../trace/panel/standalone.ts'
import type { FromWorker, ToWorker } from './workerMessages.ts'

export interface TraceWorker {
  post(message: ToWorker, transfer?: Transferable[]): void
  /** Gives all its memory back, unless another file is being read. The next `post` starts it anew. */
  rest(): void
}

/**
 * Takes over the worker that the page has started already, or starts it. Its script comes from another origin than a webview's page and may not be started
 * from there, so the page fetches the text, or has it with it, and starts it from a blob. Messages posted before it runs wait.
 */
export function startTraceWorker(scriptUri: string, onMessage: (message: FromWorker) => void): TraceWorker {
  let waiting: (() => void)[] = []
  let worker: Worker | undefined
  let isStarting = false
  /** Files that it was given less those that it has read. */
  let reading = 0
  let script: Promise<string> | undefined
  function start(): void {
    isStarting = true
    startNow().catch((error: unknown) => {
      console.error(error)
      onMessage({
        type: 'failed',
        message:
          'The part of Loopscope that reads traces could not be started. Close this tab and open the trace again.',
      })
    })
  }
  async function startNow(): Promise<void> {
    worker = await (takeEarlyWorker() ?? startFromText())
    isStarting = false
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.type === 'model' || data.type === 'failed' || data.type === 'again') reading--
      if (data.type === 'joined') reading = 0
      if (data.type !== 'started') onMessage(data)
    }
    worker.onerror = (event) => {
      onMessage({ type: 'failed', message: `This trace could not be read (${event.message}).` })
    }
    const posts = waiting
    waiting = []
    for (const post of posts) post()
  }
  async function startFromText(): Promise<Worker> {
    script ??= Promise.resolve(document.getElementById(EMBEDDED_WORKER_ID)?.textContent ?? fetchText(scriptUri))
    const url = URL.createObjectURL(new Blob([await script], { type: 'text/javascript' }))
    const started = new Worker(url)
    started.addEventListener('message', () => URL.revokeObjectURL(url), { once: true })
    return started
  }
  start()
  return {
    post(message, transfer = []) {
      if (message.type === 'begin' || message.type === 'together') reading++
      if (worker) return worker.postMessage(message, transfer)
      waiting.push(() => worker?.postMessage(message, transfer))
      if (!isStarting) start()
    },
    rest() {
      if (reading > 0) return
      worker?.terminate()
      worker = undefined
    },
  }
}

/** The worker that the page's first lines started, once. */
function takeEarlyWorker(): Promise<Worker> | undefined {
  const page = globalThis as { [EARLY_WORKER]?: Promise<Worker> }
  const early = page[EARLY_WORKER]
  delete page[EARLY_WORKER]
  return early
}

async function fetchText(uri: string): Promise<string> {
  const response = await fetch(uri)
  if (!response.ok) throw new Error(`${uri}: status ${response.status}`)
  return response.text()
}
