// What a function is when it travels to a worker: the export of a module, or its own text.
import { Session, type Runtime } from 'node:inspector'
import { ValueError } from '../exceptions.ts'
import type { Call } from './worker.ts'

const references = new WeakMap<object, Call>()
const texts = new WeakMap<object, Call>()

/**
 * The functions that a module exports, for workers: `const jobs = workerModule<typeof import('./jobs.ts')>(new URL('./jobs.js', import.meta.url))`,
 * then `toThread(jobs.hash, text)`. Nothing is imported here; a worker imports the module once, when it is first asked for.
 */
export function workerModule<M extends object>(url: URL | string): Readonly<M> {
  const module = String(url)
  const found = new Map<string, unknown>()
  return new Proxy({} as M, {
    get(_, name) {
      if (typeof name !== 'string') return undefined
      if (!found.has(name)) found.set(name, reference(module, name))
      return found.get(name)
    },
  })
}

function reference(module: string, name: string): object {
  const stand = Object.defineProperty(
    () => {
      throw new TypeError(`${name} of ${module} runs in workers: pass it to toThread or an executor.`)
    },
    'name',
    { value: name },
  )
  references.set(stand, { module, export: name })
  return stand
}

/** How to call `fn` in a worker. Throws ValueError with the reason where it cannot go there. */
export function callOf(fn: unknown): Call {
  if (typeof fn !== 'function') throw new TypeError(`a function was expected, got ${String(fn)}`)
  let call = references.get(fn) ?? texts.get(fn)
  if (call === undefined) texts.set(fn, (call = textOf(fn)))
  return call
}

function textOf(fn: object & { readonly name: string }): Call {
  const source = Function.prototype.toString.call(fn)
  const named = fn.name === '' ? 'This function' : `'${fn.name}'`
  if (source.endsWith('{ [native code] }'))
    throw new ValueError(`${named} is bound or built in, and cannot be sent to a worker: wrap it in a function.`)
  if (/^class\b/.test(source)) throw new ValueError(`${named} is a class: a worker calls functions.`)
  const text = asExpression(source)
  const used = captured(fn, source)
  if (used.length > 0)
    throw new ValueError(
      `${named} uses ${used.map((name) => `'${name}'`).join(', ')} from outside of itself, which a worker does not have: ` +
        'pass it as an argument, or export the function from a module and use workerModule().',
    )
  return { text, name: fn.name }
}

/** A method's text, as `name() {…}`, is no expression by itself. */
function asExpression(source: string): string {
  if (/^(?:async\s+)?function\b/.test(source) || /^(?:async\s*)?(?:\([^]*?\)|[\w$]+)\s*=>/.test(source)) return source
  const [, async_, generator, rest] =
    /^(async\s+)?(\*\s*)?(?:get\s+|set\s+|static\s+)?(?:[\w$]+|\[[^\]]*\]|'[^']*'|"[^"]*")\s*(\([^]*)$/.exec(source) ??
    []
  return rest === undefined ? source : `${async_ ?? ''}function${generator === undefined ? '' : '*'} ${rest}`
}

/**
 * The variables around a function that it names. V8 tells which variables its surroundings keep for closures; those that the text never names, or
 * declares itself, do not count. Where this Node has no inspector the worker says it, with a ReferenceError.
 */
function captured(fn: object, source: string): string[] {
  const around = variablesAround(fn)
  if (around.size === 0) return []
  const own = declared(source)
  return [...new Set(identifiers(source))].filter((name) => around.has(name) && !own.has(name))
}

function variablesAround(fn: object): Set<string> {
  const names = new Set<string>()
  const holder = globalThis as { loopscopeInspects?: object | undefined }
  let session: Session | undefined
  try {
    session = new Session()
    session.connect()
    const post = <T>(method: string, parameters: object): T => {
      let answer: object | undefined
      session!.post(method, parameters, (error: Error | null, result?: object) => {
        if (error === null) answer = result
      })
      return answer as T
    }
    const properties = (objectId: string) =>
      post<Runtime.GetPropertiesReturnType>('Runtime.getProperties', { objectId, ownProperties: true })
    holder.loopscopeInspects = fn
    const expression = 'globalThis.loopscopeInspects'
    const { result } = post<Runtime.EvaluateReturnType>('Runtime.evaluate', { expression })
    const scopes = properties(result.objectId!).internalProperties?.find(({ name }) => name === '[[Scopes]]')
    for (const { value } of properties(scopes!.value!.objectId!).result) {
      if (value?.objectId === undefined || value.description === 'Global') continue
      for (const variable of properties(value.objectId).result) names.add(variable.name)
    }
  } catch {
    // No inspector in this build of Node: the worker finds out.
  } finally {
    delete holder.loopscopeInspects
    session?.disconnect()
  }
  // What CommonJS and loaders put around every module; a worker has them.
  for (const name of ['require', '__name']) names.delete(name)
  return names
}

/** The identifiers of a text that are no property's name, without strings and comments; of template strings, what they insert. */
function identifiers(source: string): string[] {
  return [
    ...plain(source).matchAll(/(?<![\w$.]|[\w$]\s*\?\.)(?:[A-Za-z_$][\w$]*)(?!\s*:(?!:))|(?<=\.\.\.)[A-Za-z_$][\w$]*/g),
  ].map(([name]) => name)
}

/** The names that a text declares, wherever it does. */
function declared(source: string): Set<string> {
  const text = plain(source)
  const own = new Set<string>()
  const note = (part: string | undefined): void => {
    for (const [name] of (part ?? '').matchAll(/[A-Za-z_$][\w$]*/g)) own.add(name)
  }
  // `const a`, `let a, b`, `const { a, b: c }`: what stands before the first value, or before `of` and `in`.
  for (const [, names] of text.matchAll(/\b(?:const|let|var)\s+([^=;]*)/g)) note(names.split(/\s(?:of|in)\s|\n/)[0])
  for (const [, name] of text.matchAll(/,\s*([A-Za-z_$][\w$]*)\s*=(?![=>])/g)) note(name)
  for (const [, name] of text.matchAll(/\b(?:function\s*\*?|class)\s*([A-Za-z_$][\w$]*)/g)) note(name)
  // Parameters: in brackets before `=>` or a body, or one name before `=>`.
  for (const [, names] of text.matchAll(
    /(?<!\b(?:if|while|for|switch)\s*)\(([^()]*(?:\([^()]*\)[^()]*)*)\)\s*(?:=>|\{)/g,
  ))
    note(names)
  for (const [, name] of text.matchAll(/([A-Za-z_$][\w$]*)\s*=>/g)) note(name)
  return own
}

/** The text with its strings and comments blanked. */
function plain(source: string): string {
  return source.replace(
    /\/\*[^]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\[^])*'|"(?:[^"\\\n]|\\[^])*"|`(?:[^`\\]|\\[^])*`/g,
    (part) =>
      part.startsWith('`') ? [...part.matchAll(/\$\{([^}]*)\}/g)].map(([, inner]) => ` ${inner} `).join(';') : ' ',
  )
}
