import type { SyntaxNode, Tree } from '@lezer/common'

/** As pytest and unittest collect them: `test_…` in a module or in a class. */
export const isTestName = (name: string): boolean => /^test(_|$)/.test(name)

/**
 * The qualified name of the test around an offset of a Python file, `TestOrders.test_refund`, be it a coroutine or not; its decorators are part
 * of it, and so is what it defines inside.
 */
export function pythonTestAt(tree: Tree, text: string, offset: number): string | undefined {
  const definitions: SyntaxNode[] = []
  for (let node: SyntaxNode | null = tree.resolveInner(offset, 1); node; node = node.parent) {
    // On a decorator, what it decorates is not among the parents.
    const definition = node.name === 'DecoratedStatement' ? definitionIn(node) : node
    if (definition && isDefinition(definition) && definitions.at(-1)?.from !== definition.from)
      definitions.push(definition)
  }
  const outermost = definitions.map(({ name }) => name).lastIndexOf('FunctionDefinition')
  const names = definitions.slice(Math.max(outermost, 0)).map((definition) => nameOf(definition, text))
  return outermost >= 0 && isTestName(names[0]) ? names.reverse().join('.') : undefined
}

const isDefinition = ({ name }: SyntaxNode): boolean => name === 'FunctionDefinition' || name === 'ClassDefinition'

const definitionIn = (node: SyntaxNode): SyntaxNode | null =>
  node.getChild('FunctionDefinition') ?? node.getChild('ClassDefinition')

function nameOf(definition: SyntaxNode, text: string): string {
  const name = definition.getChild('VariableName')
  return name ? text.slice(name.from, name.to) : ''
}
