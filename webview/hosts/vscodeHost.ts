import { asToPanel } from '../../trace/panel/messages.ts'
import type { Host } from './host.ts'

interface VsCodeApi {
  postMessage(message: unknown): void
  getState(): unknown
  setState(state: unknown): void
}

declare function acquireVsCodeApi(): VsCodeApi

export const isInVsCode = (): boolean => typeof acquireVsCodeApi === 'function'

export function vscodeHost(): Host {
  const api = acquireVsCodeApi()
  return {
    post: (message) => api.postMessage(message),
    onMessage(listener) {
      window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        const message = asToPanel(data)
        if (message) listener(message)
        else console.warn('Loopscope: a message that the panel does not know was dropped.', data)
      })
    },
    loadState: () => api.getState(),
    saveState: (state) => api.setState(state),
    fileChooser: undefined,
  }
}
