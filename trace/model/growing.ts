/** A column whose length is not known beforehand: typed arrays that double, where a list of numbers would cost the collector four times as much. */
class Growing<T extends Uint32Array | Float64Array> {
  private used = 0

  constructor(
    private data: T,
    private readonly make: (length: number) => T,
  ) {}

  get length(): number {
    return this.used
  }

  push(value: number): void {
    if (this.used === this.data.length) {
      const bigger = this.make(this.used * 2)
      bigger.set(this.data)
      this.data = bigger
    }
    this.data[this.used++] = value
  }

  at(row: number): number {
    return this.data[row]
  }

  set(row: number, value: number): void {
    this.data[row] = value
  }

  /** What was pushed, in an array of its own size. */
  build(): T {
    return this.data.slice(0, this.used) as T
  }
}

const FIRST = 64

export type GrowingU32 = Growing<Uint32Array>
export type GrowingF64 = Growing<Float64Array>
export const growingU32 = (): GrowingU32 => new Growing(new Uint32Array(FIRST), (length) => new Uint32Array(length))
export const growingF64 = (): GrowingF64 => new Growing(new Float64Array(FIRST), (length) => new Float64Array(length))
