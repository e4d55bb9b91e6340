// Has the program's thread stop where it is, for a moment. Runs in the channel's thread as text: it uses nothing from outside but its parameters.
import type * as Inspector from 'node:inspector'

/** Evaluates an expression in the program's thread, at the next place where V8 can stop it. Resolves with its value as text; `undefined`: it did not stop in time. */
export type Interrupt = (expression: string, timeoutMs: number) => Promise<string | undefined>

/**
 * By V8's inspector, which opens no port. Code in JavaScript stops, also an endless loop or a regular expression; a call of the system's does not
 * before it returns. Connected from the start: while the program's thread is blocked it could not be.
 */
export function interrupter(require: NodeJS.Require): Interrupt {
  const { Session } = require('node:inspector') as typeof Inspector
  const session = new Session()
  session.connectToMainThread()
  const post = (method: string, parameters: object = {}): Promise<Record<string, unknown>> =>
    new Promise((resolve, reject) => {
      session.post(method, parameters, (error: Error | null, result?: object) =>
        error === null ? resolve((result ?? {}) as Record<string, unknown>) : reject(error),
      )
    })

  let stopped: (() => void) | undefined
  session.on('Debugger.paused', () => stopped?.())
  let running: Promise<unknown> = Promise.resolve()

  const evaluate = async (expression: string): Promise<string> => {
    let isStopped = false
    const paused = new Promise<void>((resolve) => {
      stopped = () => {
        isStopped = true
        resolve()
      }
    })
    let isOurs = true
    try {
      await post('Debugger.enable')
      // What a debugger has stopped, it lets go.
      isOurs = !isStopped
      if (isOurs) await post('Debugger.pause')
      await paused
      const { result } = await post('Runtime.evaluate', { expression, returnByValue: true })
      return String((result as { readonly value?: unknown }).value)
    } finally {
      stopped = undefined
      if (isOurs) await post('Debugger.resume').catch(() => {})
      await post('Debugger.disable')
    }
  }
  return (expression, timeoutMs) => {
    // One that came too late is still under way: it ends as soon as the program's thread can be stopped.
    const evaluated = running.then(() => evaluate(expression))
    running = evaluated.catch(() => {})
    return Promise.race([
      evaluated,
      new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), timeoutMs)),
    ])
  }
}
