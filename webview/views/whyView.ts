import { awaitKindNames } from '../../trace/format/schema.ts'
import { awaitText, taskName } from '../../trace/model/describe.ts'
import { pathShares, type CriticalPath, type PathPart, type PathShare } from '../../trace/model/criticalPath.ts'
import { formatDuration } from '../../trace/model/time.ts'
import { State, type TraceModel } from '../../trace/model/types.ts'
import { button, element } from '../elements.ts'
import { groupOfKind } from '../theme/awaitGroups.ts'
import { counted, share } from '../time/shares.ts'
import type { Actions } from './actions.ts'

const MAX_PIECES = 120
const MAX_SHARES = 8

/** "Why did this take so long?": the critical path as one bar in time's order, and what it consists of, the greatest first. */
export function whyView(
  model: TraceModel,
  path: CriticalPath,
  isDrawn: boolean,
  actions: Actions,
  onToggle: () => void,
): HTMLElement[] {
  const lengthNs = path.endNs - path.startNs
  if (lengthNs <= 0 || path.parts.length === 0) return []
  const toggle = button('On the lanes', 'toggle', onToggle)
  toggle.setAttribute('aria-pressed', String(isDrawn))
  toggle.title = 'Draws the critical path on the lanes (C)'
  const shares = pathShares(model, path)
  const rest = shares.slice(MAX_SHARES)
  const restNs = rest.reduce((sum, { ns }) => sum + ns, 0)
  return [
    element(
      'div',
      { class: 'list-head why-head' },
      element('h3', {}, `Critical path of ${formatDuration(lengthNs)}`),
      toggle,
    ),
    bar(model, path),
    element(
      'ol',
      { class: 'why-list' },
      ...shares.slice(0, MAX_SHARES).map((each) => row(model, each, lengthNs, actions)),
      ...(rest.length > 0
        ? [
            element(
              'li',
              { class: 'soft' },
              `and ${counted(rest.length, 'part')} more: ${formatDuration(restNs)}, ${share(restNs, lengthNs)}`,
            ),
          ]
        : []),
    ),
    ...(path.isCut
      ? [
          element(
            'p',
            { class: 'soft' },
            'The chain is longer than is followed: some waits stand for what made them up.',
          ),
        ]
      : []),
  ]
}

/** Pieces of the bar: neighbours that look the same are one. */
function bar(model: TraceModel, { parts }: CriticalPath): HTMLElement {
  const pieces: { paint: string; ns: number; text: string }[] = []
  for (const part of parts) {
    const paint = paintOf(model, part.state, model.segments.detail[part.segment])
    const text = `${taskName(model, part.task)} ${partText(model, part)}`
    const last = pieces[pieces.length - 1]
    const ns = part.endNs - part.startNs
    if (last && (pieces.length >= MAX_PIECES || (last.paint === paint && last.text === text))) last.ns += ns
    else pieces.push({ paint, ns, text })
  }
  const wholeNs = pieces.reduce((sum, { ns }) => sum + ns, 0)
  return element(
    'div',
    { class: 'time-bar', 'aria-hidden': 'true' },
    ...pieces.map(({ paint, ns, text }) => {
      const piece = element('span', { class: `path-part paint-${paint}`, title: `${text} · ${formatDuration(ns)}` })
      piece.style.flexGrow = String(ns / wholeNs)
      return piece
    }),
  )
}

function paintOf({ tables }: TraceModel, state: number, detail: number): string {
  if (state === State.running) return 'running'
  if (state === State.ready) return 'ready'
  return groupOfKind[awaitKindNames[tables.awaits.kind[detail]] ?? 'unknown']
}

const partText = (model: TraceModel, { state, segment }: Pick<PathPart, 'state' | 'segment'>): string => {
  if (state === State.running) return 'ran'
  if (state === State.ready) return 'was ready and had to wait for the loop'
  return `waited for ${awaitText(model, model.segments.detail[segment], model.segments.other[segment])}`
}

function row(model: TraceModel, each: PathShare, lengthNs: number, actions: Actions): HTMLElement {
  const { task, segment, ns, count, state, awaitId } = each
  return element(
    'li',
    {},
    element('span', { class: `swatch paint-${paintOf(model, state, awaitId)}`, 'aria-hidden': 'true' }),
    button(taskName(model, task), 'link', () => actions.select({ kind: 'task', id: task }, segment)),
    ` ${partText(model, each)} `,
    element('b', {}, formatDuration(ns)),
    ` ${share(ns, lengthNs)}${count > 1 ? `, ${counted(count, 'time')}` : ''}`,
  )
}
