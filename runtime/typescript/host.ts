// What the core takes from the machine that it runs on: Node, another server runtime, or a browser. Everything here is a global, none is imported.

/** Absent in browsers, whatever their types say. */
const host = globalThis as {
  readonly process?: Pick<NodeJS.Process, 'env'>
  readonly setImmediate?: (callback: () => void) => unknown
  readonly performance: { now(): number }
}

/** Node's process; undefined in a browser. */
export const { process: hostProcess } = host

/** Milliseconds on a clock that never goes back. */
export const { performance: clock } = host

/** Calls back once the host has looked after its own events. */
export const afterEvents: (callback: () => void) => unknown = host.setImmediate ?? messageToSelf()

/** A message port as browsers have it: Node's types know only its own. */
interface BrowserPort {
  onmessage: () => void
  postMessage(message: unknown): void
}

/** A browser's nearest thing to `setImmediate`: its timeouts take 4 ms each once they are nested. */
function messageToSelf(): (callback: () => void) => void {
  const waiting: (() => void)[] = []
  const { port1, port2 } = new MessageChannel() as unknown as Record<'port1' | 'port2', BrowserPort>
  port1.onmessage = () => waiting.shift()!()
  return (callback) => {
    waiting.push(callback)
    port2.postMessage(undefined)
  }
}
