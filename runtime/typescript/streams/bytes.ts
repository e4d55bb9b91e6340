/** Bytes that are added at the end and taken from the front; both cost what they copy. */
export class Bytes {
  private buffer = Buffer.alloc(0)
  private start = 0
  private end = 0

  get length(): number {
    return this.end - this.start
  }

  push(data: Uint8Array): void {
    if (this.end + data.length > this.buffer.length) this.makeRoom(data.length)
    this.buffer.set(data, this.end)
    this.end += data.length
  }

  /** A copy of the first `n` bytes, which leave. */
  take(n: number): Buffer {
    const taken = Buffer.from(this.buffer.subarray(this.start, this.start + n))
    this.start += n
    if (this.start === this.end) this.start = this.end = 0
    return taken
  }

  /** Where `part` begins, from `offset` on; -1 = nowhere. */
  indexOf(part: Uint8Array, offset: number): number {
    return this.buffer.subarray(this.start, this.end).indexOf(part, offset)
  }

  private makeRoom(more: number): void {
    const wanted = this.length + more
    const target = wanted > this.buffer.length / 2 ? Buffer.alloc(wanted * 2) : this.buffer
    this.buffer.copy(target, 0, this.start, this.end)
    this.end = this.length
    this.start = 0
    this.buffer = target
  }
}
