/** Bytes that are added at the end and taken from the front; both cost what they copy. */
export class Bytes {
  /** All there is, while it is one piece that nobody changes any more: mostly it is taken as it came, without a copy. */
  private piece: Buffer | undefined = undefined
  private buffer = EMPTY
  private start = 0
  private end = 0

  get length(): number {
    return this.piece === undefined ? this.end - this.start : this.piece.length
  }

  /** Adds a copy. */
  push(data: Uint8Array): void {
    this.copyPiece()
    if (this.end + data.length > this.buffer.length) this.makeRoom(data.length)
    this.buffer.set(data, this.end)
    this.end += data.length
  }

  /** Adds a piece that is the reader's own. */
  give(data: Buffer): void {
    if (this.length === 0) this.piece = data
    else this.push(data)
  }

  /** The first `n` bytes, which leave. */
  take(n: number): Buffer {
    if (this.piece !== undefined) {
      const { piece } = this
      this.piece = n < piece.length ? piece.subarray(n) : undefined
      return n < piece.length ? piece.subarray(0, n) : piece
    }
    const taken = Buffer.from(this.buffer.subarray(this.start, this.start + n))
    this.start += n
    if (this.start === this.end) this.start = this.end = 0
    return taken
  }

  /** Where `part` begins, from `offset` on; -1 = nowhere. */
  indexOf(part: Uint8Array, offset: number): number {
    return (this.piece ?? this.buffer.subarray(this.start, this.end)).indexOf(part, offset)
  }

  private copyPiece(): void {
    const { piece } = this
    if (piece === undefined) return
    this.piece = undefined
    this.push(piece)
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

const EMPTY = Buffer.alloc(0)
