import { objectName } from '../model/describe.ts'
import { formatDuration } from '../model/time.ts'
import type { TraceModel } from '../model/types.ts'
import { placeOf, samePlace, shortPlace } from './places.ts'
import { cannotTell, holdsWith, type Check, type Draft } from './types.ts'

/** Jobs that waited for a worker thread, and behind which jobs. */
export const executorStarvation: Check = (model, facts, thresholds) => {
  const { jobs } = model
  if (jobs.object.length === 0) {
    const usesThreads = [...facts.parked.values()].some(({ kind }) => kind === 'executor')
    return usesThreads
      ? cannotTell('when jobs began to run: record with a recorder that knows executors')
      : holdsWith([])
  }
  const minimumNs = thresholds['executor-wait'] * 1e6
  const byExecutor = new Map<number, number[]>()
  jobs.executor.forEach((executor, job) => {
    const list = byExecutor.get(executor)
    if (list) list.push(job)
    else byExecutor.set(executor, [job])
  })
  return holdsWith([...byExecutor].flatMap(([executor, list]) => starved(model, executor, list, minimumNs)))
}

function starved(model: TraceModel, executor: number, list: readonly number[], minimumNs: number): Draft[] {
  const { jobs, endNs } = model
  const begin = (job: number): number => (Number.isNaN(jobs.beginNs[job]) ? endNs : jobs.beginNs[job])
  const end = (job: number): number => (Number.isNaN(jobs.endNs[job]) ? endNs : jobs.endNs[job])
  const waited = list.filter((job) => begin(job) - jobs.submitNs[job] >= minimumNs)
  if (waited.length === 0) return []
  const worst = waited.reduce((longest, job) =>
    begin(job) - jobs.submitNs[job] > begin(longest) - jobs.submitNs[longest] ? job : longest,
  )
  const occupied = list.filter(
    (job) =>
      job !== worst && jobs.beginNs[job] < begin(worst) && end(job) > jobs.submitNs[worst] && !waited.includes(job),
  )
  const blockers =
    occupied.length > 0
      ? occupied
      : list.filter((job) => job !== worst && begin(job) < begin(worst) && end(job) > jobs.submitNs[worst])
  const longest = blockers.reduce(
    (best, job) => (end(job) - begin(job) > end(best) - begin(best) ? job : best),
    blockers[0] ?? worst,
  )
  const place = placeOf(model, jobs.stack[longest])
  const own = placeOf(model, jobs.stack[worst])
  const waitedNs = begin(worst) - jobs.submitNs[worst]
  const name = objectName(model, executor) || 'the executor'
  return [
    {
      kind: 'executor-starvation',
      // A batch that queues behind itself is what a small pool is for.
      severity: samePlace(place, own) ? 'info' : 'warning',
      message: `${waited.length === 1 ? 'A job' : `${waited.length} jobs`} waited up to ${formatDuration(waitedNs)} for a thread of ${name}, behind jobs of ${shortPlace(place)} that ran up to ${formatDuration(end(longest) - begin(longest))}.`,
      tasks: [...new Set(waited.map((job) => jobs.by[job]).filter((task) => task > 0))].slice(0, 1000),
      place: place ?? own,
      startNs: jobs.submitNs[worst],
      endNs: begin(worst),
      related: own ? [{ message: 'the job that waited was submitted here', file: own.file, line: own.line }] : [],
      costNs: waited.reduce((sum, job) => sum + begin(job) - jobs.submitNs[job], 0),
      object: executor,
    },
  ]
}
