// Context variables in async functions that a coroutine awaits: Node's AsyncLocalStorage carries them over their awaits.
import { AsyncLocalStorage } from 'node:async_hooks'
import { acrossAwaits, type Context } from './contextvars.ts'

/** Made by the first promise that a task with context variables awaits: from then on every promise of the process costs more. */
let storage: AsyncLocalStorage<Context> | undefined

/** Lets async functions see the context of the task that awaits them, and change it. */
export function carryContexts(): void {
  acrossAwaits.run = (context, fn) =>
    context.size === 0 ? fn() : (storage ??= new AsyncLocalStorage()).run(context, fn)
  acrossAwaits.current = () => storage?.getStore()
}
