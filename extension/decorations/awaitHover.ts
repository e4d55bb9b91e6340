import * as vscode from 'vscode'
import { formatDuration, formatMoment } from '../../trace/model/time.ts'
import type { JoinedAwaitLine } from '../../trace/summary/together.ts'
import { formatCount } from '../words/numbers.ts'
import { distribution } from './awaitText.ts'

const CAUSES = 5

/** What was waited for at a line, how long how often, and links to the longest waits. Names come from the trace: they are text, never markup. */
export function awaitHover(line: JoinedAwaitLine, traces: readonly vscode.Uri[]): vscode.MarkdownString {
  const { t } = vscode.l10n
  const hover = new vscode.MarkdownString()
  hover.isTrusted = { enabledCommands: ['loopscope.showInTrace'] }
  const facts = t(
    'Waited {0} in {1} awaits: half up to {2}, nine in ten up to {3}, the longest {4}.',
    formatDuration(line.waitedNs),
    formatCount(line.waits),
    formatDuration(line.medianNs),
    formatDuration(line.ninetiethNs),
    formatDuration(line.longestNs),
  )
  hover.appendText(facts)
  const rows = distribution(line)
  const width = Math.max(...rows.map(({ range }) => range.length))
  const counts = Math.max(...rows.map(({ count }) => formatCount(count).length))
  const drawn = rows.map(
    ({ range, count, bar }) => `${range.padStart(width)}  ${formatCount(count).padStart(counts)}  ${bar}`,
  )
  hover.appendCodeblock(drawn.join('\n'), 'text')
  for (const { label, waits, waitedNs } of line.causes.slice(0, CAUSES)) {
    hover.appendMarkdown('\n- ')
    hover.appendText(`${label}: ${formatDuration(waitedNs)}, ${formatCount(waits)} ×`)
  }
  hover.appendMarkdown('\n\n')
  hover.appendText(`${t('The longest:')} `)
  line.slowest.forEach(({ task, name, atNs, forNs, origin }, i) => {
    if (i > 0) hover.appendText(' · ')
    const target = encodeURIComponent(JSON.stringify([traces[origin].toString(), { task, atNs }]))
    hover.appendMarkdown(`[${formatDuration(forNs)}](command:loopscope.showInTrace?${target}) `)
    hover.appendText(t('in {0} at {1}', name, formatMoment(atNs, 1e9)))
  })
  return hover
}
