import { objectKnownNs } from '../../trace/model/at.ts'
import { objectName, taskName, userLine } from '../../trace/model/describe.ts'
import { formatDuration, formatMoment } from '../../trace/model/time.ts'
import type { TraceModel } from '../../trace/model/types.ts'
import { plain, sourceParts, type Fact } from './facts.ts'

/** What a job runs, as the recorder calls it: its function. */
export function jobName({ jobs, tables }: TraceModel, job: number): string {
  return tables.strings[tables.objects.label[jobs.object[job]] ?? 0] || 'job'
}

/** A job of an executor: who submitted it, how long it waited for a thread, how long it ran. */
export function jobFacts(model: TraceModel, job: number): Fact[] {
  const { jobs } = model
  const by = jobs.by[job]
  const endNs = Number.isNaN(jobs.endNs[job]) ? objectKnownNs(model, jobs.object[job]) : jobs.endNs[job]
  return [
    {
      label: 'ran',
      parts: [
        plain(
          `${formatDuration(endNs - jobs.beginNs[job])} from ${formatMoment(jobs.beginNs[job])}${Number.isNaN(jobs.endNs[job]) ? ', not ended' : ''}`,
        ),
      ],
    },
    {
      label: 'submitted',
      parts: [
        ...(by > 0 ? [plain('by '), { text: taskName(model, by), task: by }, plain(' ')] : []),
        plain(`at ${formatMoment(jobs.submitNs[job])} `),
        ...sourceParts(userLine(model, jobs.stack[job])),
      ],
    },
    { label: 'queued', parts: [plain(formatDuration(jobs.beginNs[job] - jobs.submitNs[job]))] },
    { label: 'executor', parts: [plain(objectName(model, jobs.executor[job]) || 'not known')] },
  ]
}
