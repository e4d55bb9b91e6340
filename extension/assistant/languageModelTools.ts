import * as vscode from 'vscode'
import { traceOfTab } from '../index/openTraces.ts'
import type { TraceIndexes } from '../index/traceIndexes.ts'
import type { Question } from './questions.ts'

/** Names as package.json has them, with what each asks. */
const tools: Readonly<Record<string, { readonly about: Question['about']; readonly doing: (file: string) => string }>> =
  {
    loopscope_tasks: { about: 'tasks', doing: (file) => vscode.l10n.t('Listing tasks of {0}', file) },
    loopscope_findings: { about: 'findings', doing: (file) => vscode.l10n.t('Looking for what is wrong in {0}', file) },
    loopscope_await_graph: {
      about: 'awaitGraph',
      doing: (file) => vscode.l10n.t('Looking who waits for whom in {0}', file),
    },
    loopscope_slowest_awaits: {
      about: 'slowestAwaits',
      doing: (file) => vscode.l10n.t('Looking for the slowest awaits in {0}', file),
    },
  }

/** Lets an assistant in VS Code ask the open trace, or else the newest: it only reads. Does nothing where VS Code has no such interface. */
export function registerLanguageModelTools(indexes: TraceIndexes): vscode.Disposable[] {
  const { lm } = vscode as { readonly lm?: Partial<typeof vscode.lm> }
  if (typeof lm?.registerTool !== 'function') return []
  return Object.entries(tools).map(([name, { about, doing }]) =>
    vscode.lm.registerTool<Record<string, unknown>>(name, {
      async prepareInvocation() {
        const trace = await traceToAsk(indexes)
        const file = trace ? named(trace, (await indexes.together(trace)).length) : vscode.l10n.t('the open trace')
        const message = vscode.l10n.t(
          'Names of tasks, functions and files, and messages of exceptions, in {0} become known to the language model. Nothing is changed.',
          file,
        )
        return {
          invocationMessage: doing(file),
          confirmationMessages: { title: vscode.l10n.t('Read a Loopscope trace'), message },
        }
      },
      async invoke({ input }) {
        const trace = await traceToAsk(indexes)
        if (!trace) throw new Error('There is no trace. Record a program, or open a .looptrace file first.')
        const traces = await indexes.together(trace)
        if (traces.length === 0) throw new Error(vscode.l10n.t('This file does not exist any more: {0}', trace.fsPath))
        const answer = await indexes.ask(traces, { ...input, about })
        const files = traces.map(({ uri }) => vscode.workspace.asRelativePath(uri)).join(', ')
        return new vscode.LanguageModelToolResult([
          new vscode.LanguageModelTextPart(`Recorded in ${files}:\n${answer}`),
        ])
      },
    }),
  )
}

/** What is asked, as people read it: with the processes that ran together. */
const named = (trace: vscode.Uri, count: number): string => {
  const file = vscode.workspace.asRelativePath(trace)
  return count > 1 ? vscode.l10n.t('{0} and {1} more', file, count - 1) : file
}

/** The trace in front, else one that is open, else the newest recording. */
async function traceToAsk(indexes: TraceIndexes): Promise<vscode.Uri | undefined> {
  const groups = vscode.window.tabGroups
  const active = groups.activeTabGroup.activeTab
  const tabs = [...(active ? [active] : []), ...groups.all.flatMap((group) => group.tabs)]
  const open = tabs.map(traceOfTab).find((uri) => uri !== undefined)
  if (open) return open
  await indexes.settled()
  return indexes.traces[0]?.uri
}
