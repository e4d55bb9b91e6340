// contextvars.py: values that follow a task, without AsyncLocalStorage's cost on every await.
import { LookupError, RuntimeError, ValueError } from './exceptions.ts'

type Values = Map<ContextVar<unknown>, unknown>

/**
 * A mapping of context variables. A task runs in the context it was created with, a callback in the one it was scheduled with.
 * Copies share their values until one of them sets a variable, so a copy costs one small object.
 */
export class Context {
  /** @internal */ _values: Values | undefined
  /** @internal Whether another context holds the same `values`. */ _shared = false
  private _entered = false

  /** Calls `fn` in this context: what it sets stays here. Throws where the context is already entered. */
  run<T>(fn: () => T): T {
    if (this._entered) throw new RuntimeError('cannot enter context: it is already entered')
    const outer = enterContext(this)
    this._entered = true
    try {
      return fn()
    } finally {
      this._entered = false
      current = outer
    }
  }

  copy(): Context {
    const copy = new Context()
    if (this._values) {
      this._shared = true
      copy._shared = true
      copy._values = this._values
    }
    return copy
  }

  get<T>(variable: ContextVar<T>): T | undefined {
    return this._values?.get(variable) as T | undefined
  }

  has(variable: ContextVar<unknown>): boolean {
    return this._values?.has(variable) ?? false
  }

  get size(): number {
    return this._values?.size ?? 0
  }

  /** @internal The values, safe to change. */
  _own(): Values {
    if (!this._values || this._shared) {
      this._values = new Map(this._values)
      this._shared = false
    }
    return this._values
  }
}

const root = new Context()
let current = root

/** @internal Keeps a context across the awaits of an async function. The core knows no way to do so; Node has one: see asyncContext.ts. */
export const acrossAwaits: { run<T>(context: Context, fn: () => T): T; current(): Context | undefined } = {
  run: (_context, fn) => fn(),
  current: () => undefined,
}

/** The context of the running code; the same object until it leaves the task, the callback, or the async function that a task awaits. */
export const currentContext = (): Context => (current === root ? (acrossAwaits.current() ?? root) : current)
/** A copy of the current context. */
export const copyContext = (): Context => currentContext().copy()

/** @internal Makes `context` current and returns the one that was: for the loop, which enters one context per handle. */
export function enterContext(context: Context): Context {
  const outer = current
  current = context
  return outer
}

const missing = Symbol('missing')

/** What `ContextVar.set` returns: undoes it, once, by `variable.reset(token)`. */
export class Token<T> {
  /** @internal */ _used = false
  /** @internal */ readonly _context: Context
  /** @internal */ readonly _before: unknown

  /** @internal */
  constructor(
    readonly variable: ContextVar<T>,
    context: Context,
    before: unknown,
  ) {
    this._context = context
    this._before = before
  }
}

/** A variable whose value belongs to the current context. */
export class ContextVar<T> {
  private readonly _options: { readonly default?: T }

  constructor(
    readonly name: string,
    options: { readonly default?: T } = {},
  ) {
    this._options = options
  }

  /** The value in the current context, else `fallback`, else the variable's default; throws where there is none. */
  get(fallback?: T): T {
    const { _values: values } = currentContext()
    if (values?.has(this)) return values.get(this) as T
    if (arguments.length > 0) return fallback as T
    if ('default' in this._options) return this._options.default
    throw new LookupError(`The context variable '${this.name}' has no value here and no default.`)
  }

  set(value: T): Token<T> {
    const key = this as ContextVar<unknown>
    const context = currentContext()
    const before = context._values?.has(key) ? context._values.get(key) : missing
    context._own().set(key, value)
    return new Token(this, context, before)
  }

  /** Restores the value from before the `set` that gave the token. */
  reset(token: Token<T>): void {
    if (token._used) throw new RuntimeError('Token has already been used once')
    if (token.variable !== this) throw new ValueError('Token was created by a different ContextVar')
    const context = currentContext()
    if (token._context !== context) throw new ValueError('Token was created in a different Context')
    token._used = true
    if (token._before === missing) context._own().delete(this)
    else context._own().set(this, token._before)
  }
}
