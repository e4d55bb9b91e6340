import { EMBEDDED_WORKER_ID } from '../../trace/panel/standalone.ts'
import type { FromWorker, ToWorker } from './workerMessages.ts'

export interface TraceWorker {
  post(message: ToWorker, transfer?: Transferable[]): void
}

/**
 * Starts the worker. Its script comes from another origin than a webview's page and may not be started from there, so the page fetches the
 * text, or has it with it, and starts it from a blob. Messages posted before it runs wait.
 */
export function startTraceWorker(scriptUri: string, onMessage: (message: FromWorker) => void): TraceWorker {
  const waiting: (() => void)[] = []
  let worker: Worker | undefined
  start().catch((error: unknown) => {
    console.error(error)
    onMessage({
      type: 'failed',
      message: 'The part of Loopscope that reads traces could not be started. Close this tab and open the trace again.',
    })
  })
  async function start(): Promise<void> {
    const script = document.getElementById(EMBEDDED_WORKER_ID)?.textContent ?? (await fetchText(scriptUri))
    const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }))
    worker = new Worker(url)
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      URL.revokeObjectURL(url)
      if (data.type !== 'started') onMessage(data)
    }
    worker.onerror = (event) => {
      onMessage({ type: 'failed', message: `This trace could not be read (${event.message}).` })
    }
    for (const post of waiting) post()
  }
  return {
    post(message, transfer = []) {
      if (worker) worker.postMessage(message, transfer)
      else waiting.push(() => worker?.postMessage(message, transfer))
    },
  }
}

async function fetchText(uri: string): Promise<string> {
  const response = await fetch(uri)
  if (!response.ok) throw new Error(`${uri}: status ${response.status}`)
  return response.text()
}
