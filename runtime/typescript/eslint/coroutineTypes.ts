// With types: whether an expression is a coroutine.
import type { Rule } from 'eslint'
import type { Program, Type, TypeReference, Node as TypeScriptNode } from 'typescript'

/** What typescript-eslint's parser adds to a file where it was told of a project. */
interface Services {
  readonly program?: Program | null
  readonly esTreeNodeToTSNodeMap?: { get(node: object): TypeScriptNode }
}

export type IsCoroutine = (node: Rule.Node) => boolean

/** Asks TypeScript; undefined where the file was parsed without types. */
export function typedCoroutines(context: Rule.RuleContext): IsCoroutine | undefined {
  const { program, esTreeNodeToTSNodeMap: nodes } = context.sourceCode.parserServices as Services
  if (!program || nodes === undefined) return undefined
  const checker = program.getTypeChecker()
  const parts = (type: Type): readonly Type[] => (type.isUnion() ? type.types : [type])
  const yieldsSuspension = (type: Type): boolean => {
    if (!['Generator', 'IterableIterator', 'Iterator'].includes(type.symbol?.name)) return false
    const [yielded] = checker.getTypeArguments(type as TypeReference)
    return yielded !== undefined && parts(yielded).some(({ symbol }) => symbol?.name === 'Suspension')
  }
  return (node) => parts(checker.getTypeAtLocation(nodes.get(node))).some(yieldsSuspension)
}
