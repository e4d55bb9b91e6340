import { objectName, stackLines } from '../model/describe.ts'
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
  const hungNs = facts.open ? thresholds['hung-after'] * 1e6 : Infinity
  return holdsWith(
    [...byExecutor].flatMap(([executor, list]) => {
      const stuck = stuckPool(model, executor, list, hungNs)
      return stuck ? [stuck] : starved(model, executor, list, minimumNs)
    }),
  )
}

/** Frames of a pool's worker thread. */
const WORKER = /concurrent[\\/]futures[\\/]thread\.py$/

/** Jobs that no thread ever took, given by jobs: those that hold the threads wait for what has no thread. */
function stuckPool(model: TraceModel, executor: number, list: readonly number[], minimumNs: number): Draft | undefined {
  const { jobs, endNs } = model
  const fromWorker = (job: number): boolean =>
    jobs.by[job] === 0 && stackLines(model, jobs.stack[job]).some(({ file }) => WORKER.test(file))
  const waiting = list.filter(
    (job) => Number.isNaN(jobs.beginNs[job]) && Number.isNaN(jobs.endNs[job]) && fromWorker(job),
  )
  const running = list.filter((job) => !Number.isNaN(jobs.beginNs[job]) && Number.isNaN(jobs.endNs[job]))
  const [first] = waiting
  if (first === undefined || running.length === 0 || endNs - jobs.submitNs[first] < minimumNs) return undefined
  const place = placeOf(model, jobs.stack[first])
  const own = placeOf(model, jobs.stack[running[0]])
  const waitedNs = endNs - jobs.submitNs[first]
  const jobsOf = (count: number): string => (count === 1 ? 'a job' : `${count} jobs`)
  return {
    kind: 'executor-starvation',
    severity: 'error',
    message: `${objectName(model, executor) || 'The executor'} is stuck: ${jobsOf(waiting.length)}, submitted by jobs at ${shortPlace(place)}, ${waiting.length === 1 ? 'waits' : 'wait'} for a thread since ${formatDuration(waitedNs)}, and ${jobsOf(running.length)} of ${shortPlace(own)} ${running.length === 1 ? 'holds' : 'hold'} the threads and ${running.length === 1 ? 'does' : 'do'} not end.`,
    tasks: [...new Set(running.map((job) => jobs.by[job]).filter((task) => task > 0))].slice(0, 1000),
    place: place ?? own,
    startNs: jobs.submitNs[first],
    endNs,
    confidence: 'likely',
    related: own
      ? [{ message: 'the jobs that hold the threads were submitted here', file: own.file, line: own.line }]
      : [],
    costNs: waitedNs * waiting.length,
    object: executor,
  }
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
