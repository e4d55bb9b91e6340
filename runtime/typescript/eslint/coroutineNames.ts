// Without types: the calls that a file shows to be coroutines. Calls of other files' functions are not known, and not reported.
import type { Rule, Scope } from 'eslint'

/** The package's own coroutine functions: those whose call does nothing until it is awaited. */
const OWN = new Set([
  ...['createSubprocessExec', 'createSubprocessShell', 'fromPromise', 'openConnection', 'openUnixConnection', 'sleep'],
  ...['startServer', 'startUnixServer', 'taskGroup', 'timeout', 'timeoutAt', 'toThread', 'wait', 'waitFor'],
])
const PACKAGE = '@loopscope/asyncio'

/** Calls of generator functions that the file declares, of `this.method()` where the class has such a generator, and of the package's own functions. */
export function namedCoroutines(context: Rule.RuleContext): (node: Rule.Node) => boolean {
  return (node) => {
    if (node.type !== 'CallExpression') return false
    const { callee } = node
    if (callee.type === 'Identifier') return isCoroutineFunction(find(context, callee as Rule.Node, callee.name))
    if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return false
    const { name } = callee.property
    if (callee.object.type === 'ThisExpression') return classHasGenerator(node, name)
    if (callee.object.type !== 'Identifier') return false
    const namespace = find(context, callee.object as Rule.Node, callee.object.name)?.defs[0]
    return OWN.has(name) && namespace?.node.type === 'ImportNamespaceSpecifier' && isPackage(namespace.parent)
  }
}

function find(context: Rule.RuleContext, node: Rule.Node, name: string): Scope.Variable | undefined {
  for (let scope: Scope.Scope | null = context.sourceCode.getScope(node); scope !== null; scope = scope.upper) {
    const variable = scope.set.get(name)
    if (variable !== undefined) return variable
  }
  return undefined
}

function isCoroutineFunction(variable: Scope.Variable | undefined): boolean {
  const definition = variable?.defs[0]
  if (definition === undefined) return false
  const node = definition.node as Rule.Node
  if (node.type === 'FunctionDeclaration') return node.generator === true && !node.async
  if (node.type === 'VariableDeclarator')
    return node.init?.type === 'FunctionExpression' && node.init.generator === true && !node.init.async
  return (
    node.type === 'ImportSpecifier' &&
    node.imported.type === 'Identifier' &&
    OWN.has(node.imported.name) &&
    isPackage(definition.parent)
  )
}

const isPackage = (declaration: unknown): boolean =>
  (declaration as { source?: { value?: unknown } } | null)?.source?.value === PACKAGE

function classHasGenerator(node: Rule.Node, name: string): boolean {
  let outer: Rule.Node | null = node
  while (outer !== null && outer.type !== 'ClassBody') outer = outer.parent
  return (
    outer?.body.some(
      (member) =>
        member.type === 'MethodDefinition' &&
        member.key.type === 'Identifier' &&
        member.key.name === name &&
        member.value.generator === true &&
        !member.value.async,
    ) ?? false
  )
}
