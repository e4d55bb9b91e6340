import type { NotKnown } from '../../trace/findings/notKnown.ts'
import type { Finding } from '../../trace/findings/types.ts'
import { findingKinds, type Severity } from '../../trace/findings/registry.ts'
import { taskName } from '../../trace/model/describe.ts'
import { processLabel } from '../../trace/model/joined/parts.ts'
import { formatMoment } from '../../trace/model/time.ts'
import type { TraceModel } from '../../trace/model/types.ts'
import { button, element } from '../elements.ts'
import { counted } from '../time/shares.ts'
import type { Actions } from './actions.ts'

const MAX_SHOWN = 100
const MAX_TASKS = 4
const glyphs: Readonly<Record<Severity, string>> = { error: '●', warning: '▲', info: '○' }

/** What is wrong, the cause first and its consequences under it; each leads to its tasks and its line. Empty where nothing is. */
export function findingsList(model: TraceModel, findings: readonly Finding[], actions: Actions): HTMLElement[] {
  if (findings.length === 0) return []
  const rows = findings.slice(0, MAX_SHOWN).map((finding) => row(model, finding, actions))
  const left = findings.length - rows.length
  return [
    element('h2', {}, counted(findings.length, 'finding')),
    element('ol', { class: 'findings' }, ...rows),
    ...(left > 0 ? [element('p', { class: 'soft' }, `and ${left} more: \`loopscope findings\` lists all`)] : []),
  ]
}

/** What the trace cannot tell, and what to record to know. Empty where it tells all. */
export function unknownsList(unknowns: readonly NotKnown[]): HTMLElement[] {
  if (unknowns.length === 0) return []
  const rows = unknowns.map(({ kinds, record }) =>
    element(
      'li',
      { class: 'soft' },
      element('strong', {}, kinds.map((kind) => findingKinds[kind].title).join(', ')),
      `: ${record}`,
    ),
  )
  return [element('h2', {}, 'The trace cannot tell'), element('ul', { class: 'unknowns' }, ...rows)]
}

/** In which process it is, where there are several. */
function processOf({ joined }: TraceModel, { process }: Finding): (string | HTMLElement)[] {
  const part = joined?.parts.find(({ header }) => header.pid === process)
  return part ? [' in ', element('span', { class: 'process-name' }, processLabel(part.header))] : []
}

function row(model: TraceModel, finding: Finding, actions: Actions): HTMLElement {
  const { file, line, severity, kind, because, message, startNs } = finding
  const tasks = finding.tasks.slice(0, MAX_TASKS)
  const item = element(
    'li',
    { class: because.length > 0 ? 'finding consequence' : 'finding' },
    element('span', { class: `severity severity-${severity}`, role: 'img', 'aria-label': severity }, glyphs[severity]),
    element('strong', {}, findingKinds[kind].title),
    ...processOf(model, finding),
    ` at ${formatMoment(startNs, model.endNs)}: ${message} `,
    ...tasks.flatMap((task) => [button(taskName(model, task), 'link', () => actions.selectTask(task)), ' ']),
  )
  if (file !== null && line !== null) {
    const name = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1)
    const link = button(`${name}:${line}`, 'link mono', (event) =>
      actions.openSource({ file, line, function: '' }, event.ctrlKey || event.metaKey || event.altKey),
    )
    link.title = `${file}, line ${line}`
    item.append(link)
  }
  item.append(element('p', { class: 'soft' }, findingKinds[kind].advice))
  return item
}
