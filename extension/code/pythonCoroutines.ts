import type { SyntaxNode, Tree } from '@lezer/common'
import type { Coroutine } from './coroutine.ts'
import { lineFinder } from './lineStarts.ts'
import { isTestName } from './pythonTests.ts'

/** Statements that definitions can stand in, beside those whose name ends in `Statement`. Expressions hold none, and are most of a tree. */
const HOLDS_DEFINITIONS = new Set(['Script', 'Body', 'MatchBody', 'MatchClause'])
/** Calls that run a coroutine to its end: `asyncio.run(main())`, `loop.run_until_complete(main())`, `anyio.run(main)`. */
const RUNNER_CALL = /\brun(?:_until_complete)?\s*\(/g
const RUNNERS = new Set(['run', 'run_until_complete'])

/** The coroutine functions of a Python file, in its order. Linear in its statements. */
export function pythonCoroutines(tree: Tree, text: string): Coroutine[] {
  const lineOf = lineFinder(text)
  const found: Coroutine[] = []
  /** The qualified name so far, with the dot that follows. */
  const scopes: string[] = ['']
  tree.iterate({
    enter(node) {
      const isClass = node.name === 'ClassDefinition'
      if (!isClass && node.name !== 'FunctionDefinition') {
        return HOLDS_DEFINITIONS.has(node.name) || node.name.endsWith('Statement')
      }
      const name = node.node.getChild('VariableName')
      const scope = scopes.at(-1)!
      const own = name ? text.slice(name.from, name.to) : ''
      scopes.push(isClass ? `${scope}${own}.` : `${scope}${own}.<locals>.`)
      if (!isClass && name && node.node.getChild('async')) {
        found.push({
          function: `${scope}${own}`,
          line: lineOf(name.from),
          endLine: lineOf(Math.max(node.from, node.to - 1)),
          start: isTestName(own) && !scope.includes('<locals>') ? 'test' : undefined,
        })
      }
      return true
    },
    leave(node) {
      if (node.name === 'ClassDefinition' || node.name === 'FunctionDefinition') scopes.pop()
    },
  })
  if (found.length === 0) return found
  const started = startedNames(tree, text)
  return found.map((coroutine) => (started.has(coroutine.function) ? { ...coroutine, start: 'file' } : coroutine))
}

/** Lines (from 0) with an `await`, an `async with` or an `async for`, in order. Linear in the tree. */
export function pythonAwaitLines(tree: Tree, text: string): number[] {
  const lineOf = lineFinder(text)
  const lines = new Set<number>()
  tree.iterate({
    enter(node) {
      if (node.name === 'await') lines.add(lineOf(node.from))
      else if (node.name === 'async' && node.node.parent?.name !== 'FunctionDefinition') lines.add(lineOf(node.from))
    },
  })
  return [...lines].sort((a, b) => a - b)
}

/** Names that calls run: `main` of `asyncio.run(main())`. Where to look in the tree, the text says: there are few such places. */
function startedNames(tree: Tree, text: string): Set<string> {
  const names = new Set<string>()
  for (const { index } of text.matchAll(RUNNER_CALL)) {
    const callee = tree.resolveInner(index, 1)
    const call = callee.parent?.name === 'MemberExpression' ? callee.parent.parent : callee.parent
    if (call?.name !== 'CallExpression' || !RUNNERS.has(text.slice(callee.from, callee.to))) continue
    for (const name of passedNames(call)) names.add(text.slice(name.from, name.to))
  }
  return names
}

/** `main` of `run(main())` and of `run(main)`. */
function passedNames(call: SyntaxNode): SyntaxNode[] {
  const names: SyntaxNode[] = []
  for (let argument = call.getChild('ArgList')?.firstChild; argument; argument = argument.nextSibling) {
    const passed = argument.name === 'CallExpression' ? argument.firstChild : argument
    if (passed?.name === 'VariableName') names.push(passed)
  }
  return names
}
