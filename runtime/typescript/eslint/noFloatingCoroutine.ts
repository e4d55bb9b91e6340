// A coroutine that is called and not awaited does nothing, and the compiler does not mind. This rule does.
import type { Rule } from 'eslint'
import { namedCoroutines } from './coroutineNames.ts'
import { typedCoroutines } from './coroutineTypes.ts'

export const noFloatingCoroutine: Rule.RuleModule = {
  meta: {
    type: 'problem',
    docs: { description: 'Coroutines are awaited with `yield*`, or become tasks.' },
    hasSuggestions: true,
    schema: [],
    messages: {
      floating:
        'This coroutine is never awaited, so it does not run: write `yield*` before it, or start it with `createTask`.',
      awaited:
        '`await` does not run a coroutine: use `yield*` in a coroutine, `await asPromise(…)` in an async function.',
      condition: 'A coroutine is always true: the result of it comes with `yield*`.',
      addYield: 'Write `yield*` before it.',
    },
  },

  create(context) {
    const isCoroutine = typedCoroutines(context) ?? namedCoroutines(context)

    const report = (node: Rule.Node, messageId: string): void => {
      const suggest = inGenerator(node)
        ? [
            {
              messageId: 'addYield',
              fix: (fixer: Rule.RuleFixer) => {
                const whole = node.parent?.type === 'AwaitExpression' ? node.parent : node
                const text = `yield* ${context.sourceCode.getText(node)}`
                return fixer.replaceText(whole, bare(whole) ? text : `(${text})`)
              },
            },
          ]
        : []
      context.report({ node, messageId, suggest })
    }

    /** Reports the coroutines among the values that an expression can have, where nobody takes the value. */
    const dropped = (node: Rule.Node, messageId: string): void => {
      if (node.type === 'LogicalExpression') dropped(node.right as Rule.Node, messageId)
      else if (node.type === 'ConditionalExpression') {
        dropped(node.consequent as Rule.Node, messageId)
        dropped(node.alternate as Rule.Node, messageId)
      } else if (node.type === 'SequenceExpression')
        for (const part of node.expressions) dropped(part as Rule.Node, messageId)
      else if (node.type === 'UnaryExpression' && node.operator === 'void')
        dropped(node.argument as Rule.Node, messageId)
      else if (isCalled(node) && isCoroutine(node)) report(node, messageId)
    }

    const condition = (test: unknown): void => {
      const node = test as Rule.Node | null
      if (node !== null && isCalled(node) && isCoroutine(node)) report(node, 'condition')
    }

    return {
      ExpressionStatement: (node) => dropped(node.expression as Rule.Node, 'floating'),
      AwaitExpression: (node) => awaited(node.argument as Rule.Node),
      IfStatement: (node) => condition(node.test),
      WhileStatement: (node) => condition(node.test),
      DoWhileStatement: (node) => condition(node.test),
      ConditionalExpression: (node) => condition(node.test),
      LogicalExpression: (node) => condition(node.left),
      UnaryExpression: (node) => {
        if (node.operator === '!') condition(node.argument)
      },
    }

    function awaited(node: Rule.Node): void {
      if (isCalled(node) && isCoroutine(node)) report(node, 'awaited')
    }
  },
}

/** Names that hold a coroutine are left alone: they may be awaited elsewhere. */
const isCalled = (node: Rule.Node): boolean =>
  node.type === 'CallExpression' || (node.type === 'ChainExpression' && node.expression.type === 'CallExpression')

/** Whether `yield*` can stand there without brackets. */
const bare = ({ parent }: Rule.Node): boolean =>
  parent !== null && /^(?:ExpressionStatement|IfStatement|WhileStatement|DoWhileStatement)$/.test(parent.type)

function inGenerator(node: Rule.Node): boolean {
  for (let outer: Rule.Node | null = node.parent; outer !== null; outer = outer.parent)
    if ('generator' in outer) return outer.generator === true && !outer.async
  return false
}
