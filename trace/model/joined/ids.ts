import type { Owners } from '../types.ts'

/**
 * The numbers by which things of several processes go in the model of all. An id keeps its number however much its process and the others grow: what a process
 * has more gets the next numbers that are free. Of traces that do not grow each process' numbers stand side by side, as `TracedProcess.taskBase` has them.
 */
export class IdSpace {
  /** Numbers that are given: 1 up to this. */
  count = 0
  /** By number, whose it is, and its own id there. */
  owners: Owners = { part: new Uint16Array(1), own: new Uint32Array(1) }
  private readonly numbers: Uint32Array[] = []

  /** By own id, the number, of a process that has ids 1 up to `count` now. 0 stays 0. */
  numbersOf(process: number, count: number): Uint32Array {
    const known = this.numbers[process] ?? new Uint32Array(1)
    if (count < known.length) return known
    const numbers = new Uint32Array(count + 1)
    numbers.set(known)
    const from = this.count + 1
    this.count += count + 1 - known.length
    const part = new Uint16Array(this.count + 1)
    const own = new Uint32Array(this.count + 1)
    part.set(this.owners.part)
    own.set(this.owners.own)
    for (let id = known.length, number = from; id <= count; id++, number++) {
      numbers[id] = number
      part[number] = process
      own[number] = id
    }
    this.owners = { part, own }
    return (this.numbers[process] = numbers)
  }
}
