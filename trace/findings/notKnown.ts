import { findingKindNames, type FindingKind } from './registry.ts'
import { cannotTell, type Answer } from './types.ts'

/** What a trace cannot tell, and what to record to know. */
export interface NotKnown {
  readonly kind: FindingKind
  readonly record: string
}

type Answers = Readonly<Record<FindingKind, Answer>>

/** In the order of the kinds. */
export const notKnown = (answers: Answers): NotKnown[] =>
  findingKindNames.flatMap((kind) => {
    const answer = answers[kind]
    return answer.answer === 'cannotTell' ? [{ kind, record: answer.record }] : []
  })

/** What was not recorded may have been what a check looked for and did not find. */
export function withDropped(answers: Answers, droppedEvents: number): Answers {
  if (droppedEvents === 0) return answers
  const record = `${droppedEvents.toLocaleString('en')} events were dropped, in which it may have been: record on a disk that keeps up, or for less long`
  return Object.fromEntries(
    Object.entries(answers).map(([kind, answer]) => [kind, answer.answer === 'doesNot' ? cannotTell(record) : answer]),
  ) as Record<FindingKind, Answer>
}
