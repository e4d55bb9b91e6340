// contextvars.py: values that follow a task, without AsyncLocalStorage's cost on every await.
import { LookupError, RuntimeError, ValueError } from './exceptions.ts'

type Values = Map<ContextVar<unknown>, unknown>

/**
 * A mapping of context variables. A task runs in the context it was created with, a callback in the one it was scheduled with.
 * Copies share their values until one of them sets a variable, so a copy costs one small object.
 */
export class Context {
  /** @internal */ values: Values | undefined
  /** @internal Whether another context holds the same `values`. */ shared = false
  private entered = false

  /** Calls `fn` in this context: what it sets stays here. Throws where the context is already entered. */
  run<T>(fn: () => T): T {
    if (this.entered) throw new RuntimeError('cannot enter context: it is already entered')
    const outer = enterContext(this)
    this.entered = true
    try {
      return fn()
    } finally {
      this.entered = false
      current = outer
    }
  }

  copy(): Context {
    const copy = new Context()
    if (this.values !== undefined) {
      this.shared = true
      copy.shared = true
      copy.values = this.values
    }
    return copy
  }

  get<T>(variable: ContextVar<T>): T | undefined {
    return this.values?.get(variable) as T | undefined
  }

  has(variable: ContextVar<unknown>): boolean {
    return this.values?.has(variable) ?? false
  }

  get size(): number {
    return this.values?.size ?? 0
  }

  /** @internal The values, safe to change. */
  own(): Values {
    if (this.values === undefined || this.shared) {
      this.values = new Map(this.values)
      this.shared = false
    }
    return this.values
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
  /** @internal */ used = false
  /** @internal */
  constructor(
    readonly variable: ContextVar<T>,
    /** @internal */ readonly context: Context,
    /** @internal */ readonly before: unknown,
  ) {}
}

/** A variable whose value belongs to the current context. */
export class ContextVar<T> {
  constructor(
    readonly name: string,
    private readonly options: { readonly default?: T } = {},
  ) {}

  /** The value in the current context, else `fallback`, else the variable's default; throws where there is none. */
  get(fallback?: T): T {
    const { values } = currentContext()
    if (values?.has(this)) return values.get(this) as T
    if (arguments.length > 0) return fallback as T
    if ('default' in this.options) return this.options.default
    throw new LookupError(`The context variable '${this.name}' has no value here and no default.`)
  }

  set(value: T): Token<T> {
    const key = this as ContextVar<unknown>
    const context = currentContext()
    const before = context.values?.has(key) ? context.values.get(key) : missing
    context.own().set(key, value)
    return new Token(this, context, before)
  }

  /** Restores the value from before the `set` that gave the token. */
  reset(token: Token<T>): void {
    if (token.used) throw new RuntimeError('Token has already been used once')
    if (token.variable !== this) throw new ValueError('Token was created by a different ContextVar')
    const context = currentContext()
    if (token.context !== context) throw new ValueError('Token was created in a different Context')
    token.used = true
    if (token.before === missing) context.own().delete(this)
    else context.own().set(this, token.before)
  }
}
