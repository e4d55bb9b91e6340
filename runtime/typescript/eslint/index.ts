// The ESLint plugin: `import asyncio from '@loopscope/asyncio/eslint'`, then `asyncio.configs.recommended` in eslint.config.
import type { Linter, Rule } from 'eslint'
import { noFloatingCoroutine } from './noFloatingCoroutine.ts'

const NAME = '@loopscope/asyncio'

const rules = { 'no-floating-coroutine': noFloatingCoroutine }
const meta = { name: NAME }

const recommended: Linter.Config = {
  name: `${NAME}/recommended`,
  plugins: { [NAME]: { meta, rules } },
  rules: { [`${NAME}/no-floating-coroutine`]: 'error' },
}

const plugin: {
  readonly meta: typeof meta
  readonly rules: { readonly 'no-floating-coroutine': Rule.RuleModule }
  readonly configs: { readonly recommended: Linter.Config }
} = { meta, rules, configs: { recommended } }

export default plugin
