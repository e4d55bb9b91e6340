import { coroutineName, objectName, streamName, taskName } from '../../trace/model/describe.ts'
import { formatDuration } from '../../trace/model/time.ts'
import { Outcome, outcomeNames, type TraceModel } from '../../trace/model/types.ts'
import { element } from '../elements.ts'
import type { Lane } from '../lanes/lane.ts'
import type { LaneContext } from '../stories/laneStories.ts'
import { manyName, manyText } from '../stories/laneNames.ts'
import { processCourse, processNote, processTitle } from '../stories/processFacts.ts'
import { objectKind, resourceText } from '../stories/resourceFacts.ts'
import { loopClasses, loopTitle, shortCoroutine, threadName } from '../stories/runNames.ts'
import { scopeText, scopeTitle } from '../stories/scopeFacts.ts'
import { lastState, taskCourse } from '../stories/taskFacts.ts'
import { sourceParts } from '../stories/facts.ts'
import { userLine } from '../../trace/model/describe.ts'
import { count, counted } from '../time/shares.ts'

/** What a row of the gutter shows and says. */
export interface RowText {
  readonly glyph: string
  readonly glyphClass?: string
  readonly name: string
  /** Between the name and the note, for listeners only. */
  readonly said: string
  /** On the right, in mono. */
  readonly note: string
  /** Behind all that, for listeners only. */
  readonly course: string
  readonly title: string
}

const endGlyphs = ['◌', '✓', '●', '✕']
const objectGlyphs: Readonly<Record<string, string>> = {
  lock: '▣',
  semaphore: '▥',
  event: '⚑',
  condition: '▧',
  barrier: '▦',
  queue: '▤',
  transport: '⇅',
}

/** Both ends on one machine: only the ports tell such connections apart, and the second one would be out of sight. */
const SAME_HOST = /^(.*)(:\d+) ([→←]) \1(:\d+)$/

/** Fills a row with its lane's name: what is visible, and what screen readers get besides. */
export function fillRow(row: HTMLElement, { kind }: Lane, text: RowText): void {
  const { glyph, glyphClass = '', name, said, note, course, title } = text
  row.replaceChildren(
    element('span', { class: 'twisty', 'aria-hidden': 'true' }),
    element('span', { class: `glyph ${glyphClass}`, 'aria-hidden': 'true' }, glyph),
    element('span', { class: 'name' }, name),
    spoken(said),
    element('span', { class: 'coroutine mono' }, note),
    spoken(course === '' ? '' : `, ${course}`),
  )
  row.classList.add(`${kind}-row`)
  row.title = title
}

/** The words of a lane's row. */
export function rowText(lane: Lane, place: number, context: LaneContext): RowText {
  const { model } = context.data
  switch (lane.kind) {
    case 'task':
      return taskText(model, lane.id, place < 0 ? 0 : context.arrangement().below[place])
    case 'loop':
      return loopText(model, lane.id)
    case 'thread': {
      const { first } = context.data.jobs
      const name = streamName(model, lane.id)
      const course = counted(first[lane.id + 1] - first[lane.id], 'job')
      return { glyph: '⚙', name, said: ', ', note: 'executor', course, title: `${name}\nexecutor thread\n${course}` }
    }
    case 'scope': {
      const [line] = sourceParts(userLine(model, model.scopes.stack[lane.id]))
      const name = scopeTitle(model, lane.id)
      const course = scopeText(model, lane.id)
      return {
        glyph: '[',
        name,
        said: ', ',
        note: line?.text ?? '',
        course,
        title: `${objectName(model, model.scopes.object[lane.id])}\n${course}`,
      }
    }
    case 'object': {
      const name = objectName(model, lane.id)
      const note = resourceText(context.data, lane.id)
      // What tells connections apart is where they lead.
      const where = context.data.connections().rowOf(lane.id) >= 0 ? /\(([^()]+)\)$/.exec(name)?.[1] : undefined
      return {
        glyph: objectGlyphs[objectKind(model, lane.id)] ?? '▣',
        name: where?.replace(SAME_HOST, '$1$2 $3 $4') ?? name,
        said: ', ',
        note,
        course: '',
        title: `${name}\n${note}`,
      }
    }
    case 'process': {
      const name = processTitle(model, lane.id)
      const course = processCourse(model, lane.id)
      const command = model.joined?.parts[lane.id]?.header.argv.join(' ') ?? ''
      return {
        glyph: '◆',
        name,
        said: ', process, ',
        note: processNote(model, lane.id),
        course,
        title: `${name}\n${command}\n${course}`,
      }
    }
    case 'fold':
    case 'group': {
      const density = context.lanes.densityAt(place)
      const name = manyName(model, context.arrangement(), place, density)
      const held = manyText(density)
      const note = lane.kind === 'fold' ? held.replace(/^.*· /, '') : held
      const most = `${counted(density.overlap.most, 'task')} at once at the most`
      return { glyph: '≡', name, said: ', ', note, course: `${held}, ${most}`, title: `${name}\n${held}\n${most}` }
    }
  }
}

function taskText(model: TraceModel, task: number, below: number): RowText {
  const outcome = model.tasks.outcome[task] as Outcome
  const state = outcome === Outcome.unfinished ? `unfinished, ${lastState(model, task)}` : outcomeNames[outcome]
  return {
    glyph: endGlyphs[outcome],
    glyphClass: `glyph-${outcomeNames[outcome]}`,
    name: taskName(model, task),
    said: ', coroutine ',
    note: shortCoroutine(model, task),
    course: taskCourse(model, task),
    title: `${taskName(model, task)}\n${coroutineName(model, task)}\n${state}${below > 0 ? `\n${count(below)} below` : ''}`,
  }
}

function loopText(model: TraceModel, stream: number): RowText {
  const { runs } = model
  const lengthNs = runs.endNs[runs.last[stream] - 1] - runs.startNs[runs.first[stream]]
  return {
    glyph: '↻',
    name: 'Event loop',
    said: ', ',
    note: loopTitle(model, stream),
    course: `${count(runs.last[stream] - runs.first[stream])} runs in ${formatDuration(lengthNs)}`,
    title: `Event loop\n${threadName(model, stream)}\n${loopClasses(model, stream)}`,
  }
}

export const sameText = (a: RowText | undefined, b: RowText): boolean =>
  a !== undefined &&
  a.glyph === b.glyph &&
  a.glyphClass === b.glyphClass &&
  a.name === b.name &&
  a.said === b.said &&
  a.note === b.note &&
  a.course === b.course &&
  a.title === b.title

/** Text that only screen readers get: with what is visible it makes the row's name. */
const spoken = (text: string): HTMLElement => element('span', { class: 'spoken' }, text)
