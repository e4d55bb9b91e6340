import { ESLint } from 'eslint'
import { describe, expect, it } from 'vitest'

/** Lints `code` as if it stood in `file`; the messages of the rule that guards the import arrows. */
async function violations(file: string, code: string): Promise<string[]> {
  const eslint = new ESLint({
    overrideConfig: { languageOptions: { parserOptions: { project: null } } },
    ruleFilter: ({ ruleId }) => ruleId === 'no-restricted-imports',
  })
  const [result] = await eslint.lintText(code, { filePath: file })
  return result.messages.map((message) => message.message)
}

describe('the linter refuses an import against the arrows', () => {
  it.each([
    ['trace/format/new.ts', '../model/types.ts'],
    ['trace/model/new.ts', 'vscode'],
    ['trace/model/new.ts', 'node:fs'],
    ['trace/model/deep/new.ts', '../../../cli/info.ts'],
    ['trace/panel/new.ts', 'd3'],
    ['trace/findings/new.ts', '../exports/tasks.ts'],
    ['trace/exports/new.ts', '../panel/page.ts'],
    ['trace/exports/new.ts', 'node:fs'],
    ['trace/live/new.ts', 'node:net'],
    ['trace/live/new.ts', '../../live/client.ts'],
    ['trace/model/new.ts', '../live/tree.ts'],
    ['live/new.ts', 'vscode'],
    ['live/new.ts', '../cli/info.ts'],
    ['webview/new.ts', '../live/client.ts'],
    ['webview/new.ts', '../extension/extension.ts'],
    ['webview/new.ts', 'vscode'],
    ['webview/new.ts', 'node:fs'],
    ['extension/new.ts', '../webview/panel.ts'],
    ['extension/new.ts', 'd3'],
    ['cli/new.ts', '../extension/extension.ts'],
    ['cli/new.ts', 'vscode'],
    ['runtime/typescript/new.ts', '../../trace/format/reader.ts'],
    ['runtime/typescript/new.ts', '../../trace/model/types.ts'],
    ['runtime/typescript/new.ts', 'effection'],
    ['trace/model/new.ts', '../../runtime/typescript/index.ts'],
  ])('%s may not import %s', async (file, target) => {
    expect(await violations(file, `import '${target}'\n`)).toHaveLength(1)
  })

  it.each([
    ['trace/model/new.ts', '../format/schema.ts'],
    ['trace/model/deep/new.ts', '../types.ts'],
    ['trace/findings/new.ts', '../model/types.ts'],
    ['trace/exports/deep/new.ts', '../../findings/index.ts'],
    ['trace/exports/new.ts', '@opentelemetry/api'],
    ['webview/new.ts', 'd3'],
    ['webview/deep/new.ts', '../../trace/model/types.ts'],
    ['extension/new.ts', 'vscode'],
    ['extension/new.ts', '../trace/panel/messages.ts'],
    ['cli/new.ts', 'node:fs'],
    ['cli/new.ts', '../live/client.ts'],
    ['extension/deep/new.ts', '../../live/processes.ts'],
    ['live/new.ts', 'node:net'],
    ['live/new.ts', '../trace/model/types.ts'],
    ['trace/live/new.ts', '../findings/types.ts'],
    ['runtime/typescript/new.ts', '../../trace/format/schema.ts'],
    ['runtime/typescript/locks/new.ts', '../../../trace/format/writer.ts'],
    ['runtime/typescript/new.ts', 'node:fs'],
  ])('%s may import %s', async (file, target) => {
    expect(await violations(file, `import '${target}'\n`)).toEqual([])
  })
})
