import type { Cancels } from './types.ts'

interface Request {
  readonly task: number
  readonly atNs: number
  readonly by: number
  readonly stack: number
  message: number
  deliveredNs: number
}

/** Collects cancel requests and pairs each with its message and its delivery. */
export class CancelBuilder {
  private readonly requests: Request[] = []
  private readonly latest = new Map<number, Request>()

  request(task: number, atNs: number, by: number, stack: number): void {
    const request = { task, atNs, by, stack, message: 0, deliveredNs: NaN }
    this.requests.push(request)
    this.latest.set(task, request)
  }

  message(task: number, message: number): void {
    const request = this.latest.get(task)
    if (request) request.message = message
  }

  deliver(task: number, atNs: number): void {
    const request = this.latest.get(task)
    if (request && Number.isNaN(request.deliveredNs)) request.deliveredNs = atNs
  }

  build(): Cancels {
    const { requests } = this
    return {
      task: Uint32Array.from(requests, (request) => request.task),
      atNs: Float64Array.from(requests, (request) => request.atNs),
      by: Uint32Array.from(requests, (request) => request.by),
      stack: Uint32Array.from(requests, (request) => request.stack),
      message: Uint32Array.from(requests, (request) => request.message),
      deliveredNs: Float64Array.from(requests, (request) => request.deliveredNs),
    }
  }
}
