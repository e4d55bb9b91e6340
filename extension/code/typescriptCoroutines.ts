import type { SyntaxNode, Tree } from '@lezer/common'
import type { Coroutine } from './coroutine.ts'
import { lineFinder } from './lineStarts.ts'

/** The package whose coroutines are generator functions. */
export const RUNTIME_PACKAGE = '@loopscope/asyncio'
const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'MethodDeclaration', 'Property'])

/** The generator functions of a file that uses `@loopscope/asyncio`: its coroutines, in its order. Linear in the tree. */
export function typescriptCoroutines(tree: Tree, text: string): Coroutine[] {
  const lineOf = lineFinder(text)
  const textOf = (node: SyntaxNode): string => text.slice(node.from, node.to)
  const found: Coroutine[] = []
  const started = new Set<string>()
  const classes: string[] = []
  tree.iterate({
    enter(node) {
      if (node.name === 'ClassDeclaration') {
        const name = node.node.getChild('VariableDefinition')
        classes.push(name ? textOf(name) : '')
      } else if (FUNCTIONS.has(node.name) && node.node.getChild('Star') && !node.node.getChild('async')) {
        const name = nameOf(node.node)
        if (!name) return
        const isMethod = node.name === 'MethodDeclaration' && Boolean(classes.at(-1))
        found.push({
          function: isMethod ? `${classes.at(-1)}.${textOf(name)}` : textOf(name),
          line: lineOf(name.from),
          endLine: lineOf(Math.max(node.from, node.to - 1)),
          start: undefined,
        })
      } else if (node.name === 'CallExpression') for (const name of startedBy(node.node, textOf)) started.add(name)
    },
    leave(node) {
      if (node.name === 'ClassDeclaration') classes.pop()
    },
  })
  return found.map((coroutine) => (started.has(coroutine.function) ? { ...coroutine, start: 'file' } : coroutine))
}

/** Lines (from 0) with a `yield*`, in order. Linear in the tree. */
export function typescriptAwaitLines(tree: Tree, text: string): number[] {
  const lineOf = lineFinder(text)
  const lines = new Set<number>()
  tree.iterate({
    enter(node) {
      if (node.name === 'YieldExpression' && node.node.getChild('Star')) lines.add(lineOf(node.from))
    },
  })
  return [...lines].sort((a, b) => a - b)
}

/** Its own name, or that of the variable or property that it is the value of. */
function nameOf(node: SyntaxNode): SyntaxNode | null {
  const own = node.getChild('VariableDefinition') ?? node.getChild('PropertyDefinition')
  if (own) return own
  const { parent } = node
  if (parent?.name === 'VariableDeclaration') return parent.getChild('VariableDefinition')
  return parent?.name === 'Property' ? parent.getChild('PropertyDefinition') : null
}

/** `main` of `run(main())`. */
function startedBy(call: SyntaxNode, textOf: (node: SyntaxNode) => string): string[] {
  const callee = call.firstChild
  if (callee?.name !== 'VariableName' || textOf(callee) !== 'run') return []
  const argument = call.getChild('ArgList')?.getChild('CallExpression')?.firstChild
  return argument?.name === 'VariableName' ? [textOf(argument)] : []
}
