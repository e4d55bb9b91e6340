import type { Jobs } from './types.ts'

interface Job {
  readonly object: number
  readonly executor: number
  readonly stack: number
  readonly by: number
  readonly submitNs: number
  beginNs: number
  endNs: number
  stream: number
}

/** Follows the jobs of executors from submission through their thread to the end. */
export class JobBuilder {
  private readonly jobs: Job[] = []
  private readonly byObject = new Map<number, Job>()

  submit(object: number, atNs: number, executor: number, stack: number, by: number): void {
    const job: Job = { object, executor, stack, by, submitNs: atNs, beginNs: NaN, endNs: NaN, stream: 0 }
    this.jobs.push(job)
    this.byObject.set(object, job)
  }

  begin(object: number, atNs: number, stream: number): void {
    const job = this.byObject.get(object)
    if (!job) return
    job.beginNs = atNs
    job.stream = stream
  }

  end(object: number, atNs: number): void {
    const job = this.byObject.get(object)
    if (job) job.endNs = atNs
  }

  build(): Jobs {
    const { jobs } = this
    return {
      object: Uint32Array.from(jobs, (job) => job.object),
      executor: Uint32Array.from(jobs, (job) => job.executor),
      stack: Uint32Array.from(jobs, (job) => job.stack),
      by: Uint32Array.from(jobs, (job) => job.by),
      submitNs: Float64Array.from(jobs, (job) => job.submitNs),
      beginNs: Float64Array.from(jobs, (job) => job.beginNs),
      endNs: Float64Array.from(jobs, (job) => job.endNs),
      stream: Uint32Array.from(jobs, (job) => job.stream),
    }
  }
}
